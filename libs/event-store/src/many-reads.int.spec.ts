import { openEventStore, type EventStore } from '@ledger/event-store';
import { testEventStore, type TestEventStore } from '../../../test/support/event-store.js';

jest.setTimeout(120_000);

/** More than a server's burst of resets: Node's ends a session after a thousand, others after fewer. */
const READS = 1_600;

let server: TestEventStore;
let store: EventStore;

beforeAll(async () => {
  server = await testEventStore();
  store = openEventStore(server.url);
});
afterAll(async () => {
  await store.close();
  await server.close();
});

async function readManyTimes(read: (at: number) => Promise<number>): Promise<number> {
  let next = 0;
  let events = 0;
  const worker = async (): Promise<void> => {
    while (next < READS) {
      const found = await read(next++);
      events += found;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return events;
}

it('reads many streams that do not exist over one session', async () => {
  expect(await readManyTimes(async (at) => {
    let events = 0;
    for await (const _ of store.readStream(`donor-${at}`, 0n)) events += 1;
    return events;
  })).toBe(0);
});

it('takes the first event alone, many times over one session', async () => {
  const metadata = { commandId: 'c', inputHash: 'h', correlationId: 'c', causationId: 'c', actorId: 'a', recordedAt: '2024-01-01T00:00:00.000Z', schemaVersion: 1 };
  await store.append('donor-x', 'no_stream', [{ id: '6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a11', type: 'DonorRegistered', data: { donorId: 'x' }, metadata }]);
  expect(await readManyTimes(async () => {
    for await (const _ of store.readStream('donor-x', 0n, 1)) return 1;
    return 0;
  })).toBe(READS);
});
