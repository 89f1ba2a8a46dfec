import { randomUUID } from 'node:crypto';
import { type EventStoreDBClient, eventTypeFilter, excludeSystemEvents, type Filter, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { messagesOf, RawGrpcClient } from '../probe/raw-grpc-client.js';
import { PATHS, readFrame } from '../probe/raw-requests.js';
import { TestServer } from './support/test-server.js';

jest.setTimeout(120_000);

let store: TestServer;
let client: EventStoreDBClient;
let run: string;

beforeAll(async () => {
  store = await TestServer.start();
  client = store.client();
  run = randomUUID();
  for (const [stream, type] of [['book-1', 'Received'], ['book-2', 'Paid'], ['donor-1', 'Registered'], ['book-1', 'Paid'], ['donor-2', 'PersonErased']] as const) {
    await client.appendToStream(`${stream}@${run}`, jsonEvent({ type, data: {} }));
  }
  await client.setStreamMetadata(`book-1@${run}`, { maxCount: 100 });
  await client.appendToStream(`end@${run}`, jsonEvent({ type: 'The end', data: {} }));
});
afterAll(() => store.stop());

/** What a filtered subscription shows of this run's events, up to when it has caught up. */
async function seen(filter: Filter): Promise<string[]> {
  const subscription = client.subscribeToAll({ filter });
  const taken: string[] = [];
  let caughtUp = false;
  subscription.once('caughtUp', () => {
    caughtUp = true;
    void client.appendToStream(`book-after@${run}`, jsonEvent({ type: 'Paid', data: {} }));
  });
  subscription.on('data', ({ event }) => {
    if (!caughtUp) taken.push(`${event!.streamId.split('@')[0]} ${event!.type}`);
  });
  await new Promise<void>((resolve) => subscription.once('caughtUp', resolve));
  await subscription.unsubscribe();
  return taken;
}

describe('a filter of a subscription to $all', () => {
  it.each<[string, Filter, string[]]>([
    ['stream prefixes', streamNameFilter({ prefixes: ['donor-', 'end'] }), ['donor-1 Registered', 'donor-2 PersonErased', 'end The end']],
    ['a stream regex', streamNameFilter({ regex: '^(book-2|donor-\\d)@' }), ['book-2 Paid', 'donor-1 Registered', 'donor-2 PersonErased']],
    ['a regex anywhere in the name', streamNameFilter({ regex: 'nor-2' }), ['donor-2 PersonErased']],
    ['type prefixes', eventTypeFilter({ prefixes: ['Rec', 'Reg'] }), ['book-1 Received', 'donor-1 Registered']],
    ['a type regex', eventTypeFilter({ regex: '^[A-Z].*ed$' }), ['book-1 Received', 'donor-1 Registered', 'donor-2 PersonErased']],
    ['the client’s own exclusion of system events', excludeSystemEvents({}), ['book-1 Received', 'book-2 Paid', 'donor-1 Registered', 'book-1 Paid', 'donor-2 PersonErased', 'end The end']],
  ])('keeps to %s', async (_case, filter, expected) => {
    // Later rows find what earlier ones appended when they had caught up.
    expect((await seen(filter)).filter((name) => !name.startsWith('book-after'))).toEqual(expected);
  });

  it('lets only matching events through when live', async () => {
    const subscription = client.subscribeToAll({ fromPosition: 'end', filter: streamNameFilter({ prefixes: [`live-wanted@${run}`] }) });
    subscription.once('caughtUp', () => {
      void client.appendToStream(`live-other@${run}`, jsonEvent({ type: 'A', data: {} })).then(() => client.appendToStream(`live-wanted@${run}`, jsonEvent({ type: 'B', data: {} })));
    });
    for await (const { event } of subscription) {
      expect(event!.streamId).toBe(`live-wanted@${run}`);
      break;
    }
  });

  it('brings a checkpoint every so many events that were looked at', async () => {
    const stream = `counted@${randomUUID()}`;
    const { position } = await client.appendToStream(stream, jsonEvent({ type: 'First', data: {} }));
    const last = await client.appendToStream(stream, Array.from({ length: 100 }, () => jsonEvent({ type: 'Other', data: {} })));
    const reached: bigint[] = [];
    const subscription = client.subscribeToAll({
      fromPosition: position!,
      filter: eventTypeFilter({ prefixes: ['Wanted'], maxSearchWindow: 5, checkpointInterval: 4, checkpointReached: (_s, at) => Promise.resolve(void reached.push(at.commit)) }),
    });
    subscription.resume();
    await new Promise<void>((resolve) => subscription.once('caughtUp', resolve));
    await subscription.unsubscribe();
    // Five of 5 × 4 events, and the one at the end of catching up, at the last event looked at.
    expect(reached).toHaveLength(6);
    expect(reached.at(-1)).toBe(last.position!.commit);
  });
});

describe('a regex that cannot be taken', () => {
  it.each([
    ['lookahead', '(?=a)b', 'not supported'],
    ['a backreference', '(a)\\1', 'not supported'],
    ['nonsense', '(((', 'not supported'],
    ['one that is too long', 'x'.repeat(1_001), 'at most 1000 characters'],
    ['one that compiles to too much', '(a?){1000}', 'the limit is 500'],
  ])('%s is refused with a reason', async (_case, regex, reason) => {
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ regex }) });
    subscription.resume();
    const error = await new Promise<Error>((resolve) => subscription.once('error', resolve));
    expect(error.message).toContain(reason);
    expect(error.message).toContain('INVALID_ARGUMENT');
  });

  it('that would run away elsewhere takes no time here', async () => {
    await client.appendToStream(`${'a'.repeat(5_000)}!@${run}`, jsonEvent({ type: 'A', data: {} }));
    expect(await seen(streamNameFilter({ regex: '^(a+)+$' }))).toEqual([]);
  });

  it('and too many prefixes are refused', async () => {
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: Array.from({ length: 1_001 }, (_, n) => `p${n}`) }) });
    subscription.resume();
    const error = await new Promise<Error>((resolve) => subscription.once('error', resolve));
    expect(error.message).toContain('at most 1000 prefixes');
  });
});

describe('what other clients may ask and this one does not', () => {
  it('filters reads that end, counting what matches', async () => {
    const raw = await RawGrpcClient.open(store.server.port);
    const answer = await raw.call(PATHS.read, readFrame({ count: 2, filter: { on: 'stream', prefixes: ['book-', 'donor-'] } }));
    expect(answer.status).toBe(0);
    expect(messagesOf(answer.body)).toHaveLength(2);
    raw.close();
  });

  it('tells first and last positions to whom understands them', async () => {
    const raw = await RawGrpcClient.open(store.server.port);
    const answer = await raw.call(PATHS.read, readFrame({ stream: `book-1@${run}`, count: 10, wantsPositions: true }));
    const [, , first, last] = messagesOf(answer.body);
    expect([...first!]).toEqual([(5 << 3) | 0, 0]);
    expect([...last!]).toEqual([(6 << 3) | 0, 1]);
    raw.close();
  });
});
