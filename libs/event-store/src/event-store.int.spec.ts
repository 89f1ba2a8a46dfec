import { createHash, randomUUID } from 'node:crypto';
import { EventStoreDBClient, NO_STREAM, binaryEvent, jsonEvent } from '@eventstore/db-client';
import { canonicalJson, type EventMetadata, type RecordedEvent } from '@ledger/kernel';
import { testEventStore, type TestEventStore } from '../../../test/support/event-store.js';
import {
  ForeignEvent, StoreUnavailable, eventHash, openEventStore,
  type EventStore, type EventStoreOptions, type EventToAppend, type LogSignal,
} from './index.js';
import { LARGEST_APPEND_BYTES } from './append-lane.js';

jest.setTimeout(60_000);

let server: TestEventStore;
let store: EventStore;

// Ended after each test, whether it passed or not: what stays open would keep the run from ending.
const toClose: (() => Promise<unknown>)[] = [];

function opened(url: string, options: EventStoreOptions = { appendDeadlineMs: 30_000, silenceMs: 30_000 }): EventStore {
  const one = openEventStore(url, options);
  toClose.unshift(() => one.close());
  return one;
}

function connected(url: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(url);
  toClose.unshift(() => client.dispose());
  return client;
}

async function otherServer(): Promise<TestEventStore> {
  const other = await testEventStore();
  toClose.push(() => other.close());
  return other;
}

beforeAll(async () => {
  server = await testEventStore();
  // Busy machines are no reason to leave outcomes unknown here.
  store = openEventStore(server.url, { appendDeadlineMs: 30_000, silenceMs: 30_000 });
});

afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

afterAll(async () => {
  await store.close();
  await server.close();
});

const metadata: EventMetadata = {
  commandId: 'c-1', inputHash: 'f0', correlationId: 'c-1', causationId: 'c-1', actorId: 'thu-quy',
  recordedAt: '2023-05-04T01:02:03.000Z', schemaVersion: 1, source: { set: 'tinh-2023', seq: '7' },
};

function noted(n: number, data: object = {}): EventToAppend {
  return { id: randomUUID(), type: 'Noted', data: { n, ...data }, metadata };
}

async function listed(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const list: RecordedEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

const newStream = (): string => `test-${randomUUID()}`;

describe('appending', () => {
  it('answers the last revision and the position of what it wrote', async () => {
    const stream = newStream();
    const first = await store.append(stream, 'no_stream', [noted(0), noted(1)]);
    expect(first).toEqual({ kind: 'appended', lastRevision: 1n, position: expect.any(BigInt) as bigint });
    const second = await store.append(stream, 1n, [noted(2)]);
    expect(second).toMatchObject({ kind: 'appended', lastRevision: 2n });
    const events = await listed(store.readStream(stream, 0n));
    expect(events.map((event) => [event.revision, event.data['n']])).toEqual([[0n, 0], [1n, 1], [2n, 2]]);
    expect(events[1]!.position).toBe((first as { position: bigint }).position);
    expect(events[2]!.position).toBe((second as { position: bigint }).position);
  });

  it('says conflict where the stream is elsewhere, and writes nothing', async () => {
    const stream = newStream();
    expect(await store.append(stream, 0n, [noted(0)])).toEqual({ kind: 'conflict' });
    await store.append(stream, 'no_stream', [noted(0)]);
    expect(await store.append(stream, 'no_stream', [noted(9)])).toEqual({ kind: 'conflict' });
    expect(await store.append(stream, 5n, [noted(9)])).toEqual({ kind: 'conflict' });
    expect(await listed(store.readStream(stream, 0n))).toHaveLength(1);
  });

  it('says the same again for the same events', async () => {
    const stream = newStream();
    const events = [noted(0), noted(1)];
    const once = await store.append(stream, 'no_stream', events);
    expect(await store.append(stream, 'no_stream', events)).toEqual(once);
    expect(await listed(store.readStream(stream, 0n))).toHaveLength(2);
  });

  it('lets one of many win', async () => {
    const stream = newStream();
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => store.append(stream, 'no_stream', [noted(n)])));
    expect(outcomes.filter((outcome) => outcome.kind === 'appended')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === 'conflict')).toHaveLength(99);
  });

  it('answers hundreds at once, each with its own outcome', async () => {
    const streams = Array.from({ length: 600 }, newStream);
    const outcomes = await Promise.all(streams.map((stream, n) => store.append(stream, 'no_stream', [noted(n)])));
    expect(new Set(outcomes.map((outcome) => (outcome as { position: bigint }).position)).size).toBe(600);
  });

  it('says what is too large, whoever finds it so, and goes on', async () => {
    const stream = newStream();
    expect(await store.append(stream, 'no_stream', [noted(0, { text: 'x'.repeat(1_200_000) })])).toEqual({
      kind: 'append_too_large', limitBytes: 1_048_576,
    });
    expect(await store.append(stream, 'no_stream', [noted(0, { text: 'x'.repeat(3_000_000) })])).toEqual({
      kind: 'append_too_large', limitBytes: LARGEST_APPEND_BYTES,
    });
    expect(await store.append(stream, 'no_stream', Array.from({ length: 1_000 }, (_, n) => noted(n)))).toMatchObject({ kind: 'appended' });
  });

  it('holds back what is too much at once, and brings it all the same', async () => {
    const streams = Array.from({ length: 48 }, newStream);
    const outcomes = await Promise.all(streams.map((stream) => store.append(stream, 'no_stream', [noted(0, { text: 'x'.repeat(1_000_000) })])));
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['appended']));
  });

  it('takes an append of nothing, or of what is no canonical JSON, for a bug', async () => {
    await expect(store.append(newStream(), 'no_stream', [])).rejects.toThrow('at least one event');
    await expect(store.append(newStream(), 'no_stream', [noted(2 ** 53)])).rejects.toThrow('2^53');
  });
});

describe('what is stored', () => {
  it('is canonical JSON: the bytes that a client reads back hash as we say', async () => {
    const stream = `test-Quỹ khuyến học-${randomUUID()}`;
    const events = [
      noted(0, { z: 'cuối', a: ['đ', { y: 1.5, b: null }], 'Ký tự \u2028 "lạ" \\': '\u0000\u001f', rỗng: {} }),
      noted(1, { amount: '9223372036854775807' }),
    ];
    await store.append(stream, 'no_stream', events);
    const ours = await listed(store.readStream(stream, 0n));
    for await (const { event } of connected(server.url).readStream(stream)) {
      const read = event!;
      // What JSON.stringify makes of the object that the client parsed has the order in which the bytes had it.
      const data = JSON.stringify(read.data);
      const meta = JSON.stringify(read.metadata);
      expect(data).toBe(canonicalJson(events[Number(read.revision)]!.data));
      expect(meta).toBe(canonicalJson(metadata));
      const text = [stream, String(read.revision), read.id, read.type, data, meta].join('\n');
      expect(createHash('sha256').update(text, 'utf8').digest('hex')).toBe(eventHash(ours[Number(read.revision)]!));
    }
    expect(eventHash(ours[0]!)).not.toBe(eventHash(ours[1]!));
    expect(ours.map(({ data, metadata: meta }) => ({ data, metadata: meta }))).toEqual(events.map(({ data }) => ({ data, metadata })));
  });

  it('is hashed byte for byte: a client that asks for bytes gets the canonical text', async () => {
    const stream = newStream();
    const event = noted(0, { b: 'Đồng', a: { d: 1, c: [true] } });
    await store.append(stream, 'no_stream', [event]);
    const { data, metadata: meta } = await rawRecord(stream);
    expect(data).toBe(canonicalJson(event.data));
    expect(meta).toBe(canonicalJson(event.metadata));
  });

  it('is upcast on reading where a shape is old, and not for whoever checks hashes', async () => {
    const stream = newStream();
    await store.append(stream, 'no_stream', [noted(4)]);
    const upcaster = {
      type: 'Noted', schemaVersion: 1,
      upcast: (data: object) => ({ type: 'Remarked', schemaVersion: 1, data: { ...data, upcast: true } }),
    };
    const newer = opened(server.url, { upcasters: [upcaster] });
    expect(await listed(newer.readStream(stream, 0n))).toMatchObject([{ type: 'Remarked', data: { n: 4, upcast: true } }]);
    const bare = opened(server.url, { upcasters: [] });
    expect(await listed(bare.readStream(stream, 0n))).toMatchObject([{ type: 'Noted', data: { n: 4 } }]);
  });
});

/** The stored bytes as they travel, read with the client's own message classes. */
async function rawRecord(stream: string): Promise<{ data: string; metadata: string }> {
  const read = connected(server.url).readStream(stream) as unknown as {
    _transform(message: WireMessage, encoding: string, next: () => void): void;
  };
  const message = await new Promise<WireMessage>((resolve) => {
    read._transform = (one, _encoding, next) => {
      if (one.hasEvent()) resolve(one);
      next();
    };
  });
  const event = message.getEvent().getEvent();
  return {
    data: Buffer.from(event.getData_asU8()).toString('utf8'),
    metadata: Buffer.from(event.getCustomMetadata_asU8()).toString('utf8'),
  };
}

interface WireMessage {
  hasEvent(): boolean;
  getEvent(): { getEvent(): { getData_asU8(): Uint8Array; getCustomMetadata_asU8(): Uint8Array } };
}

describe('reading a stream', () => {
  it('goes forward from a revision and backward from the end or a revision, at most so many', async () => {
    const stream = newStream();
    await store.append(stream, 'no_stream', Array.from({ length: 700 }, (_, n) => noted(n)));
    const numbers = async (events: AsyncIterable<RecordedEvent>): Promise<unknown[]> => (await listed(events)).map((event) => event.data['n']);
    expect(await numbers(store.readStream(stream, 0n))).toEqual(Array.from({ length: 700 }, (_, n) => n));
    expect(await numbers(store.readStream(stream, 697n))).toEqual([697, 698, 699]);
    expect(await numbers(store.readStream(stream, 10n, 2))).toEqual([10, 11]);
    expect(await numbers(store.readStream(stream, 700n))).toEqual([]);
    expect(await numbers(store.readStreamBackward(stream, 3))).toEqual([699, 698, 697]);
    expect(await numbers(store.readStreamBackward(stream, 3, 1n))).toEqual([1, 0]);
    expect(await numbers(store.readStream(stream, 0n, 0))).toEqual([]);
    expect(await numbers(store.readStreamBackward(stream, 0))).toEqual([]);
  });

  it('finds nothing in a stream that does not exist', async () => {
    expect(await listed(store.readStream(newStream(), 0n))).toEqual([]);
    expect(await listed(store.readStreamBackward(newStream(), 1))).toEqual([]);
  });

  it('may be left in the middle', async () => {
    const stream = newStream();
    await store.append(stream, 'no_stream', Array.from({ length: 2_000 }, (_, n) => noted(n)));
    for (let round = 0; round < 20; round += 1) {
      for await (const event of store.readStream(stream, 0n)) if (event.revision === 3n) break;
    }
    expect(await listed(store.readStreamBackward(stream, 1))).toHaveLength(1);
  });

  it('refuses a stream that was deleted', async () => {
    const stream = newStream();
    await store.append(stream, 'no_stream', [noted(0)]);
    await connected(server.url).tombstoneStream(stream);
    await expect(listed(store.readStream(stream, 0n))).rejects.toThrow();
    await expect(store.append(stream, 0n, [noted(1)])).rejects.toThrow();
  });
});

describe('an event that the ledger did not write', () => {
  const strange: [string, (client: EventStoreDBClient, stream: string) => Promise<unknown>][] = [
    ['no metadata', (client, stream) => client.appendToStream(stream, jsonEvent({ type: 'Noted', data: {} }), { expectedRevision: NO_STREAM })],
    ['other metadata', (client, stream) => client.appendToStream(stream, jsonEvent({ type: 'Noted', data: {}, metadata: { who: 'x' } }))],
    ['data that are a list', (client, stream) => client.appendToStream(stream, jsonEvent({ type: 'Noted', data: [1], metadata: { ...metadata } }))],
    ['data that are a text', (client, stream) => client.appendToStream(stream, jsonEvent({ type: 'Noted', data: 'x', metadata: { ...metadata } }))],
    ['binary data', (client, stream) => client.appendToStream(stream, binaryEvent({ type: 'Noted', data: Buffer.from('{}'), metadata: { ...metadata } }))],
    ['metadata in bytes', (client, stream) => client.appendToStream(stream, jsonEvent({ type: 'Noted', data: {}, metadata: Uint8Array.from([255, 1]) }))],
  ];

  it.each(strange)('stops every reader, by stream and revision: %s', async (_what, write) => {
    const other = await otherServer();
    const own = opened(other.url);
    const client = connected(other.url);
    await own.append('test-a', 'no_stream', [noted(0)]);
    await write(client, 'lạ-1');
    await own.append('test-a', 0n, [noted(1)]);
    const refusal = { name: 'ForeignEvent', stream: 'lạ-1', revision: 0n, message: expect.stringContaining('event 0 of stream "lạ-1"') as string };
    await expect(listed(own.readStream('lạ-1', 0n))).rejects.toMatchObject(refusal);
    await expect(listed(own.readAll())).rejects.toMatchObject(refusal);
    const seen: unknown[] = [];
    const following = async (): Promise<void> => {
      for await (const signal of own.follow(undefined, new AbortController().signal)) if (signal.kind === 'event') seen.push(signal.event.data['n']);
    };
    await expect(following()).rejects.toBeInstanceOf(ForeignEvent);
    expect(seen).toEqual([0]);
  });
});

describe('reading the whole log', () => {
  it('brings every event but the store\'s own, after a position, up to the end', async () => {
    const other = await otherServer();
    const own = opened(other.url);
    expect(await listed(own.readAll())).toEqual([]);
    const positions: bigint[] = [];
    for (let n = 0; n < 5; n += 1) {
      const outcome = await own.append(`test-${n % 2}`, n < 2 ? 'no_stream' : BigInt(Math.floor(n / 2) - 1), [noted(n)]);
      positions.push((outcome as { position: bigint }).position);
    }
    const client = connected(other.url);
    await client.setStreamMetadata('test-0', { maxAge: 1_000_000 });
    await client.appendToStream('$own', jsonEvent({ type: 'NotOurs', data: {} }));
    await own.append('test-0', 2n, [noted(5)]);
    expect((await listed(own.readAll())).map((event) => event.data['n'])).toEqual([0, 1, 2, 3, 4, 5]);
    expect((await listed(own.readAll(positions[2]))).map((event) => event.data['n'])).toEqual([3, 4, 5]);
    expect(await Promise.all([positions[2]!, positions[2]! + 1n, positions.at(-1)! + 10_000n].map((position) => own.holds(position)))).toEqual([true, false, false]);
  });
});

describe('the log\'s id', () => {
  it('is one, whoever asks first, and another for another log', async () => {
    const other = await otherServer();
    const openings = Array.from({ length: 8 }, () => opened(other.url));
    const ids = await Promise.all(openings.map((one) => one.logId()));
    expect(new Set(ids).size).toBe(1);
    expect(await openings[0]!.logId()).toBe(ids[0]);
    expect(ids[0]).not.toBe(await store.logId());
    expect(await listed(openings[1]!.readAll())).toMatchObject([{ stream: 'ledgerLog', type: 'LogIdentified', data: { logId: ids[0] } }]);
  });
});

describe('a store that is not there', () => {
  it('is told apart at once: nothing was sent', async () => {
    const absent = openEventStore('esdb://127.0.0.1:1?tls=false');
    expect(await absent.append(newStream(), 'no_stream', [noted(0)])).toMatchObject({ kind: 'store_unavailable' });
    await expect(listed(absent.readStream('x', 0n))).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(listed(absent.readAll())).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(absent.ping()).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(absent.logId()).rejects.toBeInstanceOf(StoreUnavailable);
    await absent.close();
    expect(await absent.append(newStream(), 'no_stream', [noted(0)])).toMatchObject({ kind: 'store_unavailable' });
  });

  it('answers a ping where it is there', async () => {
    await store.ping();
  });

  it('is refused where the connection string is none', () => {
    expect(() => openEventStore('http://127.0.0.1:2113')).toThrow();
  });
});

describe('following', () => {
  it('brings events, checkpoints and the mark of being caught up in one order', async () => {
    const other = await otherServer();
    const own = opened(other.url);
    let revision: 'no_stream' | bigint = 'no_stream';
    for (let batch = 0; batch < 30; batch += 1) {
      const outcome = await own.append('test-f', revision, Array.from({ length: 100 }, (_, n) => noted(batch * 100 + n)));
      revision = (outcome as { lastRevision: bigint }).lastRevision;
    }
    // Events of the store's own at the end: what says how far the log was searched is a checkpoint, not an event.
    await connected(other.url).setStreamMetadata('test-f', { maxAge: 1_000_000 });
    const ending = new AbortController();
    const signals: LogSignal[] = [];
    const states: unknown[] = [];
    for await (const signal of own.follow(undefined, ending.signal, (state) => states.push(state.connected))) {
      signals.push(signal);
      // A slow reader: marks would overtake if they had a queue of their own.
      if (signals.length % 97 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (signal.kind === 'caught_up') {
        expect(signals.filter((one) => one.kind === 'event')).toHaveLength(3_000);
        await own.append('test-f', revision, [noted(3_000)]);
      }
      if (signal.kind === 'event' && signal.event.data['n'] === 3_000) ending.abort();
    }
    let position = -1n;
    let checkpoints = 0;
    for (const signal of signals) {
      if (signal.kind === 'caught_up') continue;
      const here = signal.kind === 'event' ? signal.event.position : signal.position;
      expect(here >= position).toBe(true);
      if (signal.kind === 'event') expect(here > position).toBe(true);
      else checkpoints += 1;
      position = here;
    }
    expect(checkpoints).toBeGreaterThan(0);
    expect(signals.slice(3_000).map((signal) => signal.kind)).toEqual(['checkpoint', 'caught_up', 'event']);
    expect(states).toEqual([true]);
  });

  it('starts after a position, and ends when told so or when the store is closed', async () => {
    const other = await otherServer();
    const own = opened(other.url);
    const first = await own.append('test-g', 'no_stream', [noted(0)]);
    await own.append('test-g', 0n, [noted(1)]);
    const seen: unknown[] = [];
    for await (const signal of own.follow((first as { position: bigint }).position, new AbortController().signal)) {
      if (signal.kind === 'event') seen.push(signal.event.data['n']);
      if (signal.kind === 'caught_up') break;
    }
    expect(seen).toEqual([1]);
    const aborted = new AbortController();
    aborted.abort();
    for await (const signal of own.follow(undefined, aborted.signal)) throw new Error(`nothing comes after the end: ${signal.kind}`);
    const idle = (async () => {
      for await (const signal of own.follow(undefined, new AbortController().signal)) if (signal.kind === 'caught_up') seen.push('caught up');
    })();
    while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await own.close();
    await idle;
  });
});
