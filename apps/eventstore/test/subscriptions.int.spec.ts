import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type EventStoreDBClient, jsonEvent, type Position, StreamDeletedError } from '@eventstore/db-client';
import { TestServer } from './support/test-server.js';

const events = (count: number, from = 0) => Array.from({ length: count }, (_, n) => jsonEvent({ type: 'Counted', data: { n: from + n } }));

jest.setTimeout(240_000);

let store: TestServer;
let client: EventStoreDBClient;
let stream: string;

beforeAll(async () => {
  // A tail of a few kilobytes: every spec goes back and forth between the log and memory.
  store = await TestServer.start({ limits: { tailBytes: 8_192, readPageBytes: 4_096 } });
  client = store.client();
});
afterAll(() => store.stop());
beforeEach(() => {
  stream = `sub-${randomUUID()}`;
});

/** Takes events from a subscription until `enough` says so, then unsubscribes. */
async function take<T>(subscription: AsyncIterable<T> & { unsubscribe(): Promise<void> }, enough: (taken: T[]) => boolean): Promise<T[]> {
  const taken: T[] = [];
  for await (const event of subscription) {
    taken.push(event);
    if (enough(taken)) break;
  }
  return taken;
}

const ofStream = <T extends { event?: { streamId: string } | undefined }>(taken: T[]): T[] => taken.filter(({ event }) => event!.streamId === stream);
const numbers = (taken: { event?: { revision: bigint } | undefined }[]): number[] => taken.map(({ event }) => Number(event!.revision));
const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, n) => from + n);

describe('a subscription to a stream', () => {
  it('is confirmed, brings what there is, says once that it has caught up, then what comes', async () => {
    await client.appendToStream(stream, events(50));
    const subscription = client.subscribeToStream(stream);
    const told: string[] = [];
    subscription.on('confirmation', () => told.push(`confirmed ${subscription.id?.length}`));
    subscription.on('caughtUp', () => {
      told.push('caught up');
      void client.appendToStream(stream, events(50, 50));
    });
    const taken = await take(subscription, (so) => so.length === 100);
    expect(numbers(taken)).toEqual(range(100));
    expect(told).toEqual(['confirmed 36', 'caught up']);
  });

  it.each([
    ['after a revision', 7n, range(2, 8)],
    ['from the start', 'start', range(10)],
  ] as const)('begins %s', async (_case, fromRevision, expected) => {
    await client.appendToStream(stream, events(10));
    expect(numbers(await take(client.subscribeToStream(stream, { fromRevision }), (so) => so.length === expected.length))).toEqual(expected);
  });

  it('begins at the end', async () => {
    await client.appendToStream(stream, events(10));
    const subscription = client.subscribeToStream(stream, { fromRevision: 'end' });
    subscription.once('caughtUp', () => void client.appendToStream(stream, events(1)));
    expect(numbers(await take(subscription, (so) => so.length === 1))).toEqual([10]);
  });

  it('waits for a stream that is not there yet', async () => {
    const subscription = client.subscribeToStream(stream);
    subscription.once('caughtUp', () => void client.appendToStream(stream, events(3)));
    expect(numbers(await take(subscription, (so) => so.length === 3))).toEqual([0, 1, 2]);
  });

  it('goes on over a soft delete', async () => {
    await client.appendToStream(stream, events(2));
    const subscription = client.subscribeToStream(stream);
    subscription.once('caughtUp', () => {
      void client.deleteStream(stream).then(() => client.appendToStream(stream, events(2)));
    });
    expect(numbers(await take(subscription, (so) => so.length === 4))).toEqual([0, 1, 2, 3]);
  });

  it('to a soft-deleted stream waits for what is written next', async () => {
    await client.appendToStream(stream, events(40));
    await client.appendToStream(`${stream}-other`, events(60));
    await client.deleteStream(stream);
    const subscription = client.subscribeToStream(stream);
    subscription.once('caughtUp', () => void client.appendToStream(stream, events(1)));
    expect(numbers(await take(subscription, (so) => so.length === 1))).toEqual([40]);
  });

  it('keeps to $maxCount while catching up', async () => {
    await client.appendToStream(stream, events(30));
    await client.setStreamMetadata(stream, { maxCount: 5 });
    const subscription = client.subscribeToStream(stream);
    subscription.once('caughtUp', () => void client.appendToStream(stream, events(1)));
    expect(numbers(await take(subscription, (so) => so.length === 6))).toEqual(range(6, 25));
  });

  it('ends with StreamDeleted when the stream is tombstoned, and at once where it was', async () => {
    await client.appendToStream(stream, events(1));
    const subscription = client.subscribeToStream(stream);
    subscription.once('caughtUp', () => void client.tombstoneStream(stream));
    subscription.resume();
    const [error] = (await once(subscription, 'error').catch((reason: unknown) => [reason])) as [unknown];
    expect(error).toBeInstanceOf(StreamDeletedError);
    const late = client.subscribeToStream(stream);
    late.resume();
    const [again] = (await once(late, 'error').catch((reason: unknown) => [reason])) as [unknown];
    expect(again).toMatchObject({ streamName: stream });
  });
});

describe('a subscription to $all', () => {
  it('brings everything in order, then what comes', async () => {
    await client.appendToStream(stream, events(20));
    const subscription = client.subscribeToAll();
    subscription.once('caughtUp', () => void client.appendToStream(stream, events(20, 20)));
    const taken = await take(subscription, (so) => ofStream(so).length === 40);
    expect(numbers(ofStream(taken))).toEqual(range(40));
    const positions = taken.map(({ event }) => event!.position!.commit);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('begins after a position', async () => {
    const { position } = await client.appendToStream(stream, events(5));
    const next = await client.appendToStream(stream, events(1));
    const taken = await take(client.subscribeToAll({ fromPosition: position! }), (so) => so.length === 1);
    expect(taken[0]!.event!.position!.commit).toBe(next.position!.commit);
  });

  it('refuses a position of another log', async () => {
    const subscription = client.subscribeToAll({ fromPosition: { commit: 10n ** 12n, prepare: 10n ** 12n } });
    subscription.resume();
    const [error] = (await once(subscription, 'error').catch((reason: unknown) => [reason])) as [Error];
    expect(error.message).toContain('is not the position of an event in this log');
  });
});

describe('the hand-over from the log to memory', () => {
  it('loses and repeats nothing while several writers go on', async () => {
    const writers = 8;
    const perWriter = 90;
    let writing = true;
    const writes = Promise.all(
      range(writers).map(async (writer) => {
        for (let n = 0; n < perWriter; n += 3) await client.appendToStream(`${stream}-${writer}`, events(3, n));
      }),
    ).finally(() => (writing = false));
    const total = writers * perWriter;
    const mine = (taken: { event?: { streamId: string } | undefined }[]): number => taken.filter(({ event }) => event!.streamId.startsWith(stream)).length;
    const readers: Promise<unknown[]>[] = [];
    // Subscribers begin at moments spread over the time of writing.
    while (writing && readers.length < 24) {
      readers.push(take(client.subscribeToAll(), (so) => mine(so) === total));
      readers.push(take(client.subscribeToStream(`${stream}-${readers.length % writers}`), (so) => so.length === perWriter));
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    await writes;
    const taken = (await Promise.all(readers)) as { event?: { streamId: string; revision: bigint; id: string } }[][];
    for (const one of taken) {
      const ids = one.map(({ event }) => event!.id);
      expect(new Set(ids).size).toBe(ids.length);
      const byStream = new Map<string, number[]>();
      for (const { event } of one) byStream.set(event!.streamId, [...(byStream.get(event!.streamId) ?? []), Number(event!.revision)]);
      for (const [name, seen] of byStream) if (name.startsWith(stream)) expect(seen).toEqual(range(perWriter));
    }
  });

  it('serves a subscriber that stopped reading for a while', async () => {
    const subscription = client.subscribeToAll({ fromPosition: 'end' });
    await once(subscription, 'confirmation');
    // Nobody reads: the client takes what its buffers hold, then flow control holds the server.
    for (let n = 0; n < 40; n++) await client.appendToStream(stream, events(50, n * 50));
    const taken = await take(subscription, (so) => so.length === 2_000);
    expect(numbers(taken)).toEqual(range(2_000));
  });
});

describe('checkpoints', () => {
  it('name positions one can go on from', async () => {
    const reached: Position[] = [];
    await client.appendToStream(stream, events(100));
    const subscription = client.subscribeToAll({
      filter: { filterOn: 'streamName', prefixes: [`${stream}-wanted`], checkpointInterval: 1, maxSearchWindow: 10, checkpointReached: (_s, position) => Promise.resolve(void reached.push(position)) },
    });
    subscription.once('caughtUp', () => void client.appendToStream(`${stream}-wanted`, events(1)));
    await take(subscription, (so) => so.length === 1);
    expect(reached.length).toBeGreaterThan(10);
    const last = reached.at(-1)!;
    const resumed = await take(client.subscribeToAll({ fromPosition: last, filter: { filterOn: 'streamName', prefixes: [`${stream}-wanted`], checkpointInterval: 1 } }), (so) => so.length === 1);
    expect(resumed[0]!.event!.streamId).toBe(`${stream}-wanted`);
  });
});
