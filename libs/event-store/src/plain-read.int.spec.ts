import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import type { RecordedEvent } from '@ledger/kernel';
import { testEventStore, type TestEventStore } from '../../../test/support/event-store.js';
import { decoder, ForeignEvent } from './decode.js';
import { openEventStore, type EventStore } from './index.js';
import { Reading } from './reading.js';
import { upcasting } from './upcasters.js';

jest.setTimeout(120_000);

const STREAMS = 40;
const EVENTS = 50;

let server: TestEventStore;
let store: EventStore;
let client: EventStoreDBClient;

beforeAll(async () => {
  server = await testEventStore();
  store = openEventStore(server.url);
  client = EventStoreDBClient.connectionString(server.url);
  const metadata = { commandId: 'c', inputHash: 'h', correlationId: 'c', causationId: 'c', actorId: 'a', recordedAt: '2024-01-01T00:00:00.000Z', schemaVersion: 1 };
  for (let stream = 0; stream < STREAMS; stream += 1) {
    const events = Array.from({ length: EVENTS }, (_, n) => ({
      id: `6f1d7c64-2f0b-5c3e-9a57-${String(stream * EVENTS + n).padStart(12, '0')}`, type: 'DonorRegistered', data: { donorId: `Nguyễn ${'x'.repeat(n * 40)}`, n }, metadata,
    }));
    await store.append(`donor-${stream}`, 'no_stream', events);
  }
});
afterAll(async () => {
  await client.dispose();
  await store.close();
  await server.close();
});

const reading = (isPlain: boolean): Reading => new Reading(client, decoder(upcasting([])), 10_000, isPlain);

async function listed(isPlain: boolean, after?: bigint): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of reading(isPlain).all(after)) events.push(event);
  return events;
}

it('brings the same events in the clear as through the client, from anywhere', async () => {
  const events = await listed(false);
  expect(events).toHaveLength(STREAMS * EVENTS);
  expect(await listed(true)).toEqual(events);
  for (const at of [0, 777, events.length - 1]) expect(await listed(true, events[at]!.position)).toEqual(events.slice(at + 1));
});

it('finds one event by its position, and none where none begins', async () => {
  const events = await listed(true);
  for (const event of [events[0]!, events[1_234]!, events.at(-1)!]) {
    expect(await store.eventAt(event.position)).toEqual(event);
    expect(await store.eventAt(event.position + 1n)).toBeUndefined();
  }
});

it('can be left in the middle, any number of times, with the process and the store none the worse', async () => {
  for (let round = 0; round < 30; round += 1) {
    let seen = 0;
    for await (const page of reading(true).allInPages()) if ((seen += page.length) > round * 10) break;
  }
  expect(await listed(true)).toHaveLength(STREAMS * EVENTS);
});

it('hands over everything that stands before an event which is not the ledger\'s', async () => {
  await client.appendToStream('elsewhere', jsonEvent({ type: 'Something', data: { a: 1 } }));
  for (const isPlain of [true, false]) {
    let seen = 0;
    const all = async (): Promise<void> => { for await (const page of reading(isPlain).allInPages()) seen += page.length; };
    await expect(all()).rejects.toBeInstanceOf(ForeignEvent);
    expect(seen).toBe(STREAMS * EVENTS);
  }
});
