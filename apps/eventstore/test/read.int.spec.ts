import { randomUUID } from 'node:crypto';
import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  jsonEvent,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
} from '@eventstore/db-client';
import { collect, TestServer } from './support/test-server.js';

const events = (count: number, type = 'Counted') => Array.from({ length: count }, (_, n) => jsonEvent({ type, data: { n } }));
const link = (revision: number, to: string) => ({ ...jsonEvent({ type: '$>', data: {} }), contentType: 'application/octet-stream' as const, data: Buffer.from(`${revision}@${to}`) });

jest.setTimeout(240_000);

let store: TestServer;
let client: EventStoreDBClient;
let stream: string;

beforeAll(async () => {
  store = await TestServer.start();
  client = store.client();
});
afterAll(() => store.stop());
beforeEach(() => {
  stream = `book-${randomUUID()}`;
});

const revisions = (read: { event?: { revision: bigint } | undefined }[]): number[] => read.map(({ event }) => Number(event!.revision));
const positions = (read: AllStreamResolvedEvent[]): bigint[] => read.map(({ event }) => event!.position!.commit);

describe('reading a stream', () => {
  beforeEach(() => client.appendToStream(stream, events(10)));

  it.each([
    ['all of it', {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['from the start', { fromRevision: START, maxCount: 3 }, [0, 1, 2]],
    ['from a revision on', { fromRevision: 7n }, [7, 8, 9]],
    ['a number of events from a revision', { fromRevision: 2n, maxCount: 2 }, [2, 3]],
    ['from beyond the end', { fromRevision: 10n }, []],
    ['forward from the end', { fromRevision: END }, []],
    ['no events', { maxCount: 0 }, []],
    ['backward from the end', { direction: BACKWARDS, fromRevision: END }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['backward from a revision, inclusive', { direction: BACKWARDS, fromRevision: 3n }, [3, 2, 1, 0]],
    ['the last event', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }, [9]],
    ['backward from the start', { direction: BACKWARDS, fromRevision: START }, [0]],
    ['backward from beyond the end', { direction: BACKWARDS, fromRevision: 99n, maxCount: 2 }, [9, 8]],
    ['backward from the largest revision there can be', { direction: BACKWARDS, fromRevision: 2n ** 64n - 1n, maxCount: 1 }, [9]],
  ] as const)('reads %s', async (_case, options, expected) => {
    expect(revisions(await collect(client.readStream(stream, options)))).toEqual(expected);
  });

  it('gives every event its position in the log', async () => {
    const read = await collect(client.readStream(stream));
    const all = (await collect(client.readAll())).filter(({ event }) => event!.streamId === stream);
    expect(read.map(({ event, commitPosition }) => [event!.id, event!.position!.commit, commitPosition])).toEqual(
      all.map(({ event, commitPosition }) => [event!.id, event!.position!.commit, commitPosition]),
    );
  });

  it('survives a reader that stops in the middle', async () => {
    await client.appendToStream(stream, events(5_000));
    for await (const { event } of client.readStream(stream)) if (event!.revision === 20n) break;
    expect(await collect(client.readStream(stream, { maxCount: 5 }))).toHaveLength(5);
  });
});

describe('a stream that is not there', () => {
  it('is not found, also when only its metadata was written', async () => {
    await expect(collect(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
    await client.setStreamMetadata(stream, { maxCount: 5 });
    await expect(collect(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('is not found after a soft delete, and is deleted after a tombstone', async () => {
    await client.appendToStream(stream, events(2));
    await client.deleteStream(stream);
    await expect(collect(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
    await client.appendToStream(stream, events(1));
    await client.tombstoneStream(stream);
    const error = await collect(client.readStream(stream)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(error).toMatchObject({ streamName: stream });
  });
});

describe('metadata that hides events', () => {
  beforeEach(() => client.appendToStream(stream, events(10)));

  it('shows the last $maxCount events, in both directions', async () => {
    await client.setStreamMetadata(stream, { maxCount: 3 });
    expect(revisions(await collect(client.readStream(stream)))).toEqual([7, 8, 9]);
    expect(revisions(await collect(client.readStream(stream, { direction: BACKWARDS, fromRevision: END })))).toEqual([9, 8, 7]);
  });

  it('shows what $truncateBefore leaves', async () => {
    await client.setStreamMetadata(stream, { truncateBefore: 8 });
    expect(revisions(await collect(client.readStream(stream)))).toEqual([8, 9]);
    expect(revisions(await collect(client.readStream(stream, { fromRevision: 2n, maxCount: 1 })))).toEqual([8]);
  });

  it('still shows everything in $all', async () => {
    await client.setStreamMetadata(stream, { truncateBefore: 8, maxCount: 1 });
    expect((await collect(client.readAll())).filter(({ event }) => event!.streamId === stream)).toHaveLength(10);
  });

  it('can be read back, whole', async () => {
    const metadata = { maxCount: 5, maxAge: 3_600, truncateBefore: 2, cacheControl: 10, acl: { readRoles: ['a'], writeRoles: ['b'], deleteRoles: ['c'], metaReadRoles: ['d'], metaWriteRoles: ['e'] }, ghiChú: 'của quỹ' };
    await client.setStreamMetadata(stream, metadata);
    expect(await client.getStreamMetadata(stream)).toMatchObject({ streamName: stream, metadata });
    expect(await client.getStreamMetadata(`${stream}-none`)).toEqual({ streamName: `${stream}-none` });
  });

  it('guards the metadata stream with its own revisions', async () => {
    await client.setStreamMetadata(stream, { maxCount: 5 }, { expectedRevision: 'no_stream' });
    await expect(client.setStreamMetadata(stream, { maxCount: 6 }, { expectedRevision: 'no_stream' })).rejects.toMatchObject({ type: 'wrong-expected-version' });
    await client.setStreamMetadata(stream, { maxCount: 7 }, { expectedRevision: 0n });
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 7 });
  });
});

describe('reading $all', () => {
  let first: bigint;
  let appended: bigint[];
  beforeAll(async () => {
    const name = `all-${randomUUID()}`;
    await client.appendToStream(name, events(20));
    appended = positions((await collect(client.readAll())).filter(({ event }) => event!.streamId === name));
    first = appended[0]!;
  });

  it('begins with system events and goes in the order of positions', async () => {
    const all = await collect(client.readAll());
    expect(all[0]!.event!.streamId.startsWith('$')).toBe(true);
    const read = positions(all);
    expect(read).toEqual([...read].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(read).size).toBe(read.length);
  });

  it('is the same backward', async () => {
    const forward = positions(await collect(client.readAll()));
    expect(positions(await collect(client.readAll({ direction: BACKWARDS, fromPosition: END })))).toEqual(forward.reverse());
  });

  it('goes forward from a position inclusive and backward exclusive', async () => {
    const fromPosition = { commit: appended[5]!, prepare: appended[5]! };
    expect(positions(await collect(client.readAll({ fromPosition, maxCount: 3 })))).toEqual(appended.slice(5, 8));
    expect(positions(await collect(client.readAll({ fromPosition, maxCount: 3, direction: BACKWARDS })))).toEqual([appended[4], appended[3], appended[2]]);
    expect(first).toBe(appended[0]);
  });

  it('counts', async () => {
    expect(await collect(client.readAll({ maxCount: 2 }))).toHaveLength(2);
    expect(await collect(client.readAll({ maxCount: 2, direction: BACKWARDS, fromPosition: END }))).toHaveLength(2);
    expect(await collect(client.readAll({ fromPosition: END }))).toHaveLength(0);
    expect(await collect(client.readAll({ fromPosition: START, direction: BACKWARDS }))).toHaveLength(0);
  });

  it('refuses a position at which no event lies: it was given out by another log', async () => {
    for (const commit of [first + 1n, 10n ** 15n]) {
      const error = await collect(client.readAll({ fromPosition: { commit, prepare: commit } })).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UnknownError);
      expect((error as Error).message).toContain('is not the position of an event in this log');
    }
  });

  it('shows tombstones with the largest revision there is', async () => {
    await client.appendToStream(stream, events(1));
    await client.tombstoneStream(stream);
    const [last] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    expect(last!.event).toMatchObject({ streamId: stream, type: '$streamDeleted', revision: 2n ** 63n - 1n });
  });
});

describe('links', () => {
  it('are resolved on request, with the position of the link', async () => {
    const target = `${stream}-target`;
    await client.appendToStream(target, events(3));
    await client.appendToStream(stream, [link(1, target), link(7, target), link(0, 'nothing')] as never);
    const [plain] = await collect(client.readStream(stream, { maxCount: 1 }));
    expect(plain!.event).toMatchObject({ type: '$>', streamId: stream });
    expect(plain!.link).toBeUndefined();

    const resolved = await collect(client.readStream(stream, { resolveLinkTos: true }));
    expect(resolved[0]!.event).toMatchObject({ streamId: target, revision: 1n, data: { n: 1 } });
    expect(resolved[0]!.link).toMatchObject({ streamId: stream, revision: 0n });
    expect(resolved[0]!.commitPosition).toBe(resolved[0]!.link!.position!.commit);
    for (const [index, gone] of resolved.slice(1).entries()) {
      expect(gone.event).toBeUndefined();
      expect(gone.link).toMatchObject({ revision: BigInt(index + 1) });
    }
  });

  it('are resolved in $all and in subscriptions', async () => {
    const target = `${stream}-target`;
    await client.appendToStream(target, events(1));
    await client.appendToStream(stream, [link(0, target)] as never);
    const [last] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1, resolveLinkTos: true }));
    expect([last!.event!.streamId, last!.link!.streamId]).toEqual([target, stream]);
    for await (const { event, link: by } of client.subscribeToStream(stream, { resolveLinkTos: true })) {
      expect([event!.streamId, by!.streamId]).toEqual([target, stream]);
      break;
    }
  });
});

describe('deleting', () => {
  it('answers with a position', async () => {
    await client.appendToStream(stream, events(1));
    const deleted = await client.deleteStream(stream, { expectedRevision: 0n });
    expect(deleted.position!.commit).toBeGreaterThan(0n);
    await client.appendToStream(stream, events(1));
    const tombstoned = await client.tombstoneStream(stream, { expectedRevision: 1n });
    expect(tombstoned.position!.commit).toBeGreaterThan(deleted.position!.commit);
    await expect(client.tombstoneStream(stream)).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.deleteStream(stream)).rejects.toBeInstanceOf(StreamDeletedError);
  });

  it.each([
    ['deleteStream', 'a revision that is not the last', 5n],
    ['deleteStream', 'no_stream', 'no_stream'],
    ['tombstoneStream', 'a revision that is not the last', 5n],
    ['tombstoneStream', 'no_stream', 'no_stream'],
  ] as const)('%s refuses %s', async (method, _case, expectedRevision) => {
    await client.appendToStream(stream, events(2));
    await expect(client[method](stream, { expectedRevision })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      streamName: stream,
      expectedVersion: expectedRevision === 'no_stream' ? -1n : expectedRevision,
      actualVersion: 1n,
    });
  });

  it('does not soft-delete what was never there, but tombstones it', async () => {
    await expect(client.deleteStream(stream)).rejects.toMatchObject({ type: 'wrong-expected-version', expectedVersion: -2n });
    await client.tombstoneStream(stream, { expectedRevision: 'no_stream' });
    await expect(collect(client.readStream(stream))).rejects.toBeInstanceOf(StreamDeletedError);
  });

  it('names a stream that is not ASCII in its trailers', async () => {
    const name = `quỹ-${randomUUID()}`;
    await client.appendToStream(name, events(1));
    await client.tombstoneStream(name);
    const error = (await client.tombstoneStream(name).catch((reason: unknown) => reason)) as StreamDeletedError;
    expect(decodeURIComponent(error.streamName)).toBe(name);
  });
});
