import { randomUUID } from 'node:crypto';
import {
  ANY,
  type AppendExpectedRevision,
  binaryEvent,
  DeadlineExceededError,
  type EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { collect, TestServer } from './support/test-server.js';

const event = (n: number, id: string = randomUUID()) => jsonEvent({ id, type: 'Counted', data: { n } });
const events = (count: number) => Array.from({ length: count }, (_, n) => event(n));

/** The unary Append is what the client uses once a call has credentials of its own. */
const UNARY = { credentials: { username: 'admin', password: 'changeit' } };

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
  stream = `fundBook-${randomUUID()}`;
});

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => {
      throw new Error(`expected a rejection, got ${String(value)}`);
    },
    (error: unknown) => error,
  );
}

describe.each([
  ['batch append', {}],
  ['unary append', UNARY],
])('%s', (_name, options) => {
  it('answers with the last revision and the position of the last event', async () => {
    const first = await client.appendToStream(stream, events(3), { ...options, expectedRevision: NO_STREAM });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 2n });
    const second = await client.appendToStream(stream, event(3), { ...options, expectedRevision: 2n });
    expect(second.nextExpectedRevision).toBe(3n);
    expect(second.position!.commit).toBeGreaterThan(first.position!.commit);
    const read = await collect(client.readStream(stream));
    expect(read.map(({ event: recorded }) => recorded!.position!.commit).slice(2)).toEqual([first.position!.commit, second.position!.commit]);
  });

  it('keeps ids, types, content types, data and metadata byte for byte', async () => {
    const data = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const id = randomUUID();
    await client.appendToStream(stream, [binaryEvent({ id, type: 'Ảnh', data, metadata: data }), jsonEvent({ type: 'Thu', data: { tên: 'Quỹ khuyến học' }, metadata: { ai: 'thủ quỹ' } })], options);
    const [binary, json] = await collect(client.readStream(stream));
    expect(binary!.event).toMatchObject({ id, type: 'Ảnh', isJson: false, streamId: stream, revision: 0n });
    expect(Buffer.from(binary!.event!.data as Uint8Array).equals(data)).toBe(true);
    expect(Buffer.from(binary!.event!.metadata as Uint8Array).equals(data)).toBe(true);
    expect(json!.event).toMatchObject({ type: 'Thu', isJson: true, data: { tên: 'Quỹ khuyến học' }, metadata: { ai: 'thủ quỹ' }, revision: 1n });
  });

  it('dates events with the clock of the server', async () => {
    const before = Date.now();
    await client.appendToStream(stream, event(1), options);
    const [read] = await collect(client.readStream(stream));
    expect(read!.event!.created.getTime()).toBeGreaterThanOrEqual(before);
    expect(read!.event!.created.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it.each<[string, AppendExpectedRevision, boolean, unknown, unknown]>([
    ['no_stream where there is one', NO_STREAM, true, NO_STREAM, 1n],
    ['a revision behind', 0n, true, 0n, 1n],
    ['a revision ahead', 7n, true, 7n, 1n],
    ['a revision of a stream that is not there', 0n, false, 0n, NO_STREAM],
    ['stream_exists where there is none', STREAM_EXISTS, false, STREAM_EXISTS, NO_STREAM],
  ])('refuses %s', async (_case, expectedRevision: AppendExpectedRevision, exists, expected, actual) => {
    if (exists) await client.appendToStream(stream, events(2));
    const error = await rejection(client.appendToStream(stream, event(9), { ...options, expectedRevision }));
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: expected, actualVersion: actual });
  });

  it.each<[string, AppendExpectedRevision]>([
    ['any', ANY],
    ['no_stream', NO_STREAM],
  ])('takes %s on a stream that is not there', async (_case, expectedRevision: AppendExpectedRevision) => {
    await expect(client.appendToStream(stream, event(0), { ...options, expectedRevision })).resolves.toMatchObject({ nextExpectedRevision: 0n });
  });

  it('takes stream_exists and the exact revision', async () => {
    await client.appendToStream(stream, event(0), options);
    await expect(client.appendToStream(stream, event(1), { ...options, expectedRevision: STREAM_EXISTS })).resolves.toMatchObject({ nextExpectedRevision: 1n });
    await expect(client.appendToStream(stream, event(2), { ...options, expectedRevision: 1n })).resolves.toMatchObject({ nextExpectedRevision: 2n });
  });

  it('answers a repeated append as the first time and writes nothing', async () => {
    const batch = events(3);
    await client.appendToStream(stream, event(0), options);
    const first = await client.appendToStream(stream, batch, { ...options, expectedRevision: 0n });
    for (const expectedRevision of [0n, ANY, STREAM_EXISTS] as const) {
      const again = await client.appendToStream(stream, batch, { ...options, expectedRevision });
      expect(again).toMatchObject({ success: true, nextExpectedRevision: first.nextExpectedRevision, position: first.position });
    }
    expect(await collect(client.readStream(stream))).toHaveLength(4);
  });

  it('refuses an append of which only the beginning is known', async () => {
    const batch = events(2);
    await client.appendToStream(stream, batch, { ...options, expectedRevision: NO_STREAM });
    for (const expectedRevision of [NO_STREAM, ANY] as const) {
      const error = await rejection(client.appendToStream(stream, [...batch, event(9)], { ...options, expectedRevision }));
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
    }
  });

  it('refuses more data than the maximum append size and says how much that is', async () => {
    const large = [binaryEvent({ type: 'Large', data: Buffer.alloc(600_000) }), binaryEvent({ type: 'Large', data: Buffer.alloc(600_000) })];
    const error = await rejection(client.appendToStream(stream, large, options));
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(error).toMatchObject({ maxAppendSize: 1024 * 1024 });
    expect(store.server.log.view(stream).exists).toBe(false);
  });

  it('counts only data bytes: 30,000 small events fit into one append', async () => {
    const many = Array.from({ length: 30_000 }, (_, n) => jsonEvent({ type: 'Small', data: { number: n, text: 'abcdefg' } }));
    await expect(client.appendToStream(stream, many, options)).resolves.toMatchObject({ nextExpectedRevision: 29_999n });
    const [last] = await collect(client.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 }));
    expect(last!.event!.data).toEqual({ number: 29_999, text: 'abcdefg' });
  });

  it('refuses writing to a tombstoned stream', async () => {
    await client.appendToStream(stream, event(0), options);
    await client.tombstoneStream(stream);
    const error = await rejection(client.appendToStream(stream, event(1), options));
    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(error).toMatchObject({ streamName: stream });
  });

  it('continues the revisions of a stream that was soft-deleted', async () => {
    await client.appendToStream(stream, events(3), options);
    await client.deleteStream(stream);
    await expect(client.appendToStream(stream, event(4), { ...options, expectedRevision: NO_STREAM })).resolves.toMatchObject({ nextExpectedRevision: 3n });
    const read = await collect(client.readStream(stream));
    expect(read.map(({ event: recorded }) => recorded!.revision)).toEqual([3n]);
  });
});

describe('batch append', () => {
  it('keeps many appends in flight apart', async () => {
    const results = await Promise.all(Array.from({ length: 500 }, (_, n) => client.appendToStream(`${stream}-${n % 50}`, event(n))));
    expect(results.every(({ success }) => success)).toBe(true);
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => collect(client.readStream(`${stream}-${n}`))));
    expect(all.flat()).toHaveLength(500);
    for (const read of all) expect(read.map(({ event: recorded }) => recorded!.revision)).toEqual(read.map((_, index) => BigInt(index)));
  });

  it('takes an append in many pieces', async () => {
    await expect(client.appendToStream(stream, events(1_000), { batchAppendSize: 2_000 })).resolves.toMatchObject({ nextExpectedRevision: 999n });
    expect(await collect(client.readStream(stream))).toHaveLength(1_000);
  });

  it('answers a piecewise append that is too large once, and the call goes on', async () => {
    const large = Array.from({ length: 20 }, () => binaryEvent({ type: 'Large', data: Buffer.alloc(100_000) }));
    expect(await rejection(client.appendToStream(stream, large, { batchAppendSize: 250_000 }))).toBeInstanceOf(MaxAppendSizeExceededError);
    await expect(client.appendToStream(stream, event(1))).resolves.toMatchObject({ nextExpectedRevision: 0n });
  });

  it('answers Timeout where the deadline has passed on arrival', async () => {
    const error = await rejection(client.appendToStream(stream, event(1), { deadline: -1_000 }));
    expect(error).toBeInstanceOf(DeadlineExceededError);
    expect(store.server.log.view(stream).exists).toBe(false);
  });

  it('answers an event without a type and an empty stream name', async () => {
    expect(await rejection(client.appendToStream(stream, jsonEvent({ type: '', data: {} })))).toMatchObject({ message: expect.stringContaining('type') as string });
    expect(await rejection(client.appendToStream('', event(1)))).toBeInstanceOf(UnknownError);
  });

  it('answers an append of no events', async () => {
    await expect(client.appendToStream(stream, [])).resolves.toMatchObject({ success: true });
    await client.appendToStream(stream, event(0));
    await expect(client.appendToStream(stream, [])).resolves.toMatchObject({ success: true, nextExpectedRevision: 0n });
  });

  it('reports a conflict as a value where the client wants that', async () => {
    const quiet = store.client('throwOnAppendFailure=false');
    await quiet.appendToStream(stream, event(0));
    await expect(quiet.appendToStream(stream, event(1), { expectedRevision: NO_STREAM })).resolves.toMatchObject({ success: false });
    await expect(quiet.appendToStream(stream, event(1), { ...UNARY, expectedRevision: NO_STREAM })).resolves.toMatchObject({ success: false, nextExpectedRevision: 0n });
  });

  it('takes names of any language and refuses one that is too long', async () => {
    const name = `quỹ-${randomUUID()}-📚`;
    await client.appendToStream(name, event(1));
    const [read] = await collect(client.readStream(name));
    expect(read!.event!.streamId).toBe(name);
    const error = await rejection(client.appendToStream('x'.repeat(20_000), event(1)));
    expect(error).toBeInstanceOf(UnknownError);
    expect((error as Error).message).toMatch(/bytes/);
  });
});
