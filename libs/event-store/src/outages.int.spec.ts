import { randomUUID } from 'node:crypto';
import type { EventMetadata, RecordedEvent } from '@ledger/kernel';
import { ServerProcess } from '../testing/server-process.js';
import { TcpProxy } from '../testing/tcp-proxy.js';
import { MOST_WAITING_APPENDS } from './append-lane.js';
import { StoreUnavailable, openEventStore } from './index.js';
import type { AppendOutcome, EventStore, EventStoreOptions, EventToAppend, FollowState } from './index.js';

const server = new ServerProcess();
const toClose: (() => Promise<unknown>)[] = [];

jest.setTimeout(120_000);

beforeAll(() => server.start());

afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

afterAll(() => server.remove());

const metadata: EventMetadata = {
  commandId: 'c', inputHash: 'f0', correlationId: 'c', causationId: 'c', actorId: 'thu-quy', recordedAt: '2023-05-04T01:02:03.000Z', schemaVersion: 1,
};

function noted(n: number): EventToAppend {
  return { id: randomUUID(), type: 'Noted', data: { n }, metadata };
}

function opened(url: string, options: EventStoreOptions = {}): EventStore {
  const store = openEventStore(url, options);
  toClose.unshift(() => store.close());
  return store;
}

async function proxied(): Promise<TcpProxy> {
  const proxy = await TcpProxy.to(server.port);
  toClose.push(() => proxy.close());
  return proxy;
}

async function listed(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const list: RecordedEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

const newStream = (): string => `test-${randomUUID()}`;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Reads a stream's end as a command handler does after an unknown outcome: until the store answers. */
async function readEnd(store: EventStore, stream: string): Promise<RecordedEvent | undefined> {
  for (;;) {
    try {
      return (await listed(store.readStreamBackward(stream, 1)))[0];
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await pause(20);
    }
  }
}

describe('answers that get lost', () => {
  it('leave the outcome unknown within the deadline, and the next append finds what was written', async () => {
    const proxy = await proxied();
    const store = opened(proxy.url, { appendDeadlineMs: 1_500 });
    const stream = newStream();
    expect(await store.append(stream, 'no_stream', [noted(0)])).toMatchObject({ kind: 'appended' });
    proxy.swallow('answers');
    const lost = noted(1);
    expect(await store.append(stream, 0n, [lost])).toMatchObject({ kind: 'outcome_unknown' });
    expect(proxy.hasSwallowed).toBe(true);
    proxy.heal();
    expect(await readEnd(store, stream)).toMatchObject({ id: lost.id, revision: 1n });
    expect(await store.append(stream, 1n, [noted(2)])).toMatchObject({ kind: 'appended', lastRevision: 2n });
  });

  it('harm nobody else in the process: of very many appends some are unknown, the rest were not sent', async () => {
    const proxy = await proxied();
    const store = opened(proxy.url, { appendDeadlineMs: 1_500 });
    await store.append(newStream(), 'no_stream', [noted(0)]);
    proxy.swallow('answers');
    const streams = Array.from({ length: 1_000 }, newStream);
    const outcomes = await Promise.all(streams.map((stream, n) => store.append(stream, 'no_stream', [noted(n)])));
    const kinds = new Set(outcomes.map((outcome) => outcome.kind));
    expect(kinds).toEqual(new Set(['outcome_unknown', 'store_unavailable']));
    expect(outcomes.filter((outcome) => outcome.kind === 'outcome_unknown').length).toBeLessThanOrEqual(256);
    proxy.cut();
    proxy.heal();
    await readEnd(store, streams[0]!);
    const there = new Set((await listed(store.readAll())).map((event) => event.stream));
    for (const [index, stream] of streams.entries()) {
      if (outcomes[index]!.kind === 'store_unavailable') expect(there.has(stream)).toBe(false);
    }
    expect(await store.append(newStream(), 'no_stream', [noted(0)])).toMatchObject({ kind: 'appended' });
  });

  it('let only so many wait: the rest is told at once', async () => {
    const proxy = await proxied();
    proxy.swallow('everything');
    const store = opened(proxy.url, { appendDeadlineMs: 10_000 });
    const stream = newStream();
    let answered = 0;
    const appends = Array.from({ length: MOST_WAITING_APPENDS + 256 + 10 }, () => store.append(stream, 'no_stream', [noted(0)]));
    for (const append of appends) void append.then(() => (answered += 1));
    expect(await appends.at(-1)).toEqual({ kind: 'store_unavailable', reason: 'too many appends wait for the store' });
    await pause(0);
    expect(answered).toBe(10);
    await store.close();
    expect(new Set((await Promise.all(appends)).map((outcome) => outcome.kind))).toEqual(new Set(['store_unavailable']));
  });

  it('from the very beginning mean that nothing was sent', async () => {
    const proxy = await proxied();
    proxy.swallow('everything');
    const store = opened(proxy.url, { appendDeadlineMs: 1_500, silenceMs: 1_500 });
    expect(await store.append(newStream(), 'no_stream', [noted(0)])).toMatchObject({ kind: 'store_unavailable' });
    await expect(listed(store.readStream('x', 0n))).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailable);
    proxy.heal();
    await readEnd(store, 'x');
    const stream = newStream();
    let outcome: AppendOutcome = await store.append(stream, 'no_stream', [noted(0)]);
    while (outcome.kind === 'store_unavailable') outcome = await store.append(stream, 'no_stream', [noted(0)]);
    expect(outcome).toMatchObject({ kind: 'appended' });
  });

  it('are noticed by whoever follows, and made up for', async () => {
    const proxy = await proxied();
    proxy.swallow('everything');
    const store = opened(proxy.url, { silenceMs: 1_000 });
    const direct = opened(server.url);
    const stream = newStream();
    const states: FollowState[] = [];
    const seen: unknown[] = [];
    for await (const signal of store.follow(undefined, new AbortController().signal, (state) => {
      states.push(state);
      if (!state.connected) proxy.heal();
    })) {
      if (signal.kind === 'caught_up') await direct.append(stream, 'no_stream', [noted(7)]);
      if (signal.kind === 'event' && signal.event.stream === stream) {
        seen.push(signal.event.data['n']);
        break;
      }
    }
    expect(seen).toEqual([7]);
    expect(states[0]).toMatchObject({ connected: false, lastError: 'the store said nothing for 1000 ms' });
    expect(states.at(-1)).toMatchObject({ connected: true });
  });
});

describe('a store that is killed', () => {
  it('is away at once and back when it is back, on the same connection', async () => {
    const store = opened(server.url);
    const stream = newStream();
    await store.append(stream, 'no_stream', [noted(0)]);
    await server.kill();
    const whileAway = await Promise.all([1, 2, 3].map(() => store.append(stream, 0n, [noted(1)])));
    for (const outcome of whileAway) expect(['store_unavailable', 'outcome_unknown']).toContain(outcome.kind);
    expect(await store.append(stream, 0n, [noted(1)])).toMatchObject({ kind: 'store_unavailable' });
    await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailable);
    await server.start();
    await store.ping();
    expect(await store.append(stream, 0n, [noted(1)])).toMatchObject({ kind: 'appended', lastRevision: 1n });
  });

  it('loses nothing that it acknowledged, and nothing is there twice, whatever was under way', async () => {
    const store = opened(server.url);
    const writers = Array.from({ length: 32 }, newStream);
    let kills = 0;
    const outcomes = new Map<string, number>();
    const write = async (stream: string): Promise<number> => {
      let expected: bigint | 'no_stream' = 'no_stream';
      let written = 0;
      while (kills < 4 || written < 30) {
        const event = noted(written);
        const outcome = await store.append(stream, expected, [event]);
        outcomes.set(outcome.kind, (outcomes.get(outcome.kind) ?? 0) + 1);
        if (outcome.kind === 'conflict') throw new Error('nobody else writes here');
        if (outcome.kind === 'store_unavailable') await pause(10);
        const known = outcome.kind === 'outcome_unknown' ? (await readEnd(store, stream))?.id === event.id : outcome.kind === 'appended';
        if (!known) continue;
        expected = expected === 'no_stream' ? 0n : expected + 1n;
        written += 1;
      }
      return written;
    };
    const writing = Promise.all(writers.map(write));
    for (; kills < 4; kills += 1) {
      await pause(150 + Math.random() * 200);
      await server.kill();
      await server.start();
    }
    const counts = await writing;
    for (const [index, stream] of writers.entries()) {
      const events = await listed(store.readStream(stream, 0n));
      expect(events.map((event) => event.data['n'])).toEqual(Array.from({ length: counts[index]! }, (_, n) => n));
    }
    expect(outcomes.get('appended')).toBeGreaterThan(900);
    expect((outcomes.get('store_unavailable') ?? 0) + (outcomes.get('outcome_unknown') ?? 0)).toBeGreaterThan(0);
  });

  it('is followed over 5,000 events and several kills without a gap or a repetition', async () => {
    const store = opened(server.url);
    const stream = newStream();
    const start = (await store.append(newStream(), 'no_stream', [noted(-1)])) as { position: bigint };
    const states: boolean[] = [];
    const seen: unknown[] = [];
    const ending = new AbortController();
    const following = (async () => {
      for await (const signal of store.follow(start.position, ending.signal, (state) => states.push(state.connected))) {
        if (signal.kind === 'event') seen.push(signal.event.data['n']);
        if (seen.length === 5_000) ending.abort();
      }
    })();
    let written = 0;
    let revision: bigint | 'no_stream' = 'no_stream';
    while (written < 5_000) {
      const events = Array.from({ length: 50 }, (_, n) => noted(written + n));
      const outcome = await store.append(stream, revision, events);
      if (outcome.kind !== 'appended' && (await readEnd(store, stream))?.id !== events.at(-1)!.id) continue;
      written += 50;
      revision = BigInt(written - 1);
      if (written % 1_250 === 0 && written < 5_000) {
        await server.kill();
        await server.start();
      }
    }
    await following;
    expect(seen).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
    expect(states.filter((state) => !state).length).toBeGreaterThanOrEqual(3);
    expect(states.at(-1)).toBe(true);
  });
});
