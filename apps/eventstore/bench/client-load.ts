import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { PAYLOAD, PAYLOAD_TYPE } from './payload.js';
import type { BenchServer } from './servers.js';

export interface Rate {
  perSecond: number;
  /** Processor cores the server used meanwhile. */
  cores: number;
}

export interface AppendRate extends Rate {
  p50Ms: number;
  p99Ms: number;
}

/** Runs `work` and relates its count to time and to what the server used. */
export async function measured(server: BenchServer, work: () => Promise<number>): Promise<Rate> {
  const cpu = server.cpuSeconds();
  const started = performance.now();
  const count = await work();
  const seconds = (performance.now() - started) / 1_000;
  return { perSecond: count / seconds, cores: (server.cpuSeconds() - cpu) / seconds };
}

/** Appends of one event by the official client, `inFlight` at a time, over eight streams. */
export async function clientAppends(server: BenchServer, inFlight: number, count: number): Promise<AppendRate> {
  const client = EventStoreDBClient.connectionString(server.url);
  await client.appendToStream('bench-warm', jsonEvent({ type: PAYLOAD_TYPE, data: PAYLOAD }));
  const times: number[] = [];
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started < count) {
      const stream = `bench-append-${started++ % 8}`;
      const before = performance.now();
      await client.appendToStream(stream, jsonEvent({ type: PAYLOAD_TYPE, data: PAYLOAD }));
      times.push(performance.now() - before);
    }
  };
  const rate = await measured(server, async () => {
    await Promise.all(Array.from({ length: inFlight }, worker));
    return count;
  });
  await client.dispose();
  times.sort((a, b) => a - b);
  return { ...rate, p50Ms: times[Math.floor(count * 0.5)] ?? 0, p99Ms: times[Math.floor(count * 0.99)] ?? 0 };
}

/** Appends of many events each. Events a second. */
export async function clientBulk(server: BenchServer, eventsAnAppend: number, appends: number): Promise<Rate> {
  const client = EventStoreDBClient.connectionString(server.url);
  await client.appendToStream('bench-warm', jsonEvent({ type: PAYLOAD_TYPE, data: PAYLOAD }));
  const rate = await measured(server, async () => {
    for (let n = 0; n < appends; n++) {
      await client.appendToStream('bench-bulk', Array.from({ length: eventsAnAppend }, () => jsonEvent({ type: PAYLOAD_TYPE, data: PAYLOAD })));
    }
    return appends * eventsAnAppend;
  });
  await client.dispose();
  return rate;
}

export type ReadKind = 'readStream' | 'readAll' | 'subscribeToAll';

/** Reads `count` events with the official client, as an application would: one by one. */
export async function clientReads(server: BenchServer, kind: ReadKind, count: number): Promise<Rate> {
  const client = EventStoreDBClient.connectionString(server.url);
  const rate = await measured(server, async () => {
    const events =
      kind === 'readStream' ? client.readStream('bench-read', { maxCount: count }) : kind === 'readAll' ? client.readAll({ maxCount: count }) : client.subscribeToAll();
    let read = 0;
    for await (const { event } of events) if (event !== undefined && ++read === count) break;
    return read;
  });
  await client.dispose();
  return rate;
}
