import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientAppends, clientBulk, clientReads, type AppendRate, type Rate, type ReadKind } from './client-load.js';
import { largeLog } from './large-log.js';
import { liveDelivery } from './live-delivery.js';
import { rawAppends, rawReads } from './raw-load.js';
import { medianOf, reportLines, type Verdict } from './report.js';
import { BenchServer } from './servers.js';

const APPENDS_AT: readonly { inFlight: number; count: number }[] = [
  { inFlight: 1, count: 2_000 },
  { inFlight: 16, count: 8_000 },
  { inFlight: 64, count: 12_000 },
  { inFlight: 256, count: 12_000 },
];
const READS: readonly ReadKind[] = ['readStream', 'readAll', 'subscribeToAll'];
const BULK = { eventsAnAppend: 500, appends: 20 };

/** Both servers' figures of one thing, round by round. */
export interface Pair<T extends Rate> {
  nothing: T[];
  eventstore: T[];
}

/**
 * npm run bench:eventstore -- [--rounds 5] [--events 50000] [--skip-client] [--large 10000000]: interleaved rounds,
 * medians, ratios; with --large also a log of that many events, which takes minutes and 700 bytes of disk an event.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, events: { type: 'string', default: '50000' }, 'skip-client': { type: 'boolean', default: false }, large: { type: 'string', default: '0' } },
  });
  const rounds = Number(values.rounds);
  const events = Number(values.events);
  const dir = mkdtempSync(join(tmpdir(), 'soquy-bench-'));
  const nothing = await BenchServer.start('nothing', 'bench/null-server.js', [String(events)]);
  const eventstore = await BenchServer.start('eventstore', 'src/main.js', ['--dir', dir, '--port', '0']);
  const verdicts: Verdict[] = [];
  try {
    await fill(eventstore, events);
    if (!values['skip-client']) await clientRounds({ nothing, eventstore }, rounds, events, verdicts);
    await rawRounds(eventstore, rounds, events, verdicts);
    if (Number(values.large) > 0) verdicts.push(...(await largeLog(join(dir, 'large'), Number(values.large))));
    for (const line of reportLines(verdicts)) process.stdout.write(`${line}\n`);
    process.stdout.write(`${JSON.stringify({ rounds, events, verdicts })}\n`);
  } finally {
    await Promise.all([nothing.stop('SIGKILL'), eventstore.stop()]);
    rmSync(dir, { recursive: true, force: true });
  }
  process.exit(0);
}

/** The stream that reads are measured on; the first `events` of $all are nearly all of it. */
async function fill(server: BenchServer, events: number): Promise<void> {
  const { EventStoreDBClient, jsonEvent } = await import('@eventstore/db-client');
  const { PAYLOAD, PAYLOAD_TYPE } = await import('./payload.js');
  const client = EventStoreDBClient.connectionString(server.url);
  for (let written = 0; written < events; written += 1_000) {
    await client.appendToStream('bench-read', Array.from({ length: 1_000 }, () => jsonEvent({ type: PAYLOAD_TYPE, data: PAYLOAD })));
  }
  await client.dispose();
}

async function clientRounds(servers: { nothing: BenchServer; eventstore: BenchServer }, rounds: number, events: number, verdicts: Verdict[]): Promise<void> {
  const appends = APPENDS_AT.map((): Pair<AppendRate> => ({ nothing: [], eventstore: [] }));
  const reads = READS.map((): Pair<Rate> => ({ nothing: [], eventstore: [] }));
  const bulk: Pair<Rate> = { nothing: [], eventstore: [] };
  for (let round = 0; round < rounds; round++) {
    // Every other round begins with the other server, so that neither always meets the warmer machine.
    const order = round % 2 === 0 ? (['nothing', 'eventstore'] as const) : (['eventstore', 'nothing'] as const);
    for (const [index, { inFlight, count }] of APPENDS_AT.entries()) {
      for (const name of order) appends[index]![name].push(await clientAppends(servers[name], inFlight, count));
    }
    for (const name of order) bulk[name].push(await clientBulk(servers[name], BULK.eventsAnAppend, BULK.appends));
    for (const [index, kind] of READS.entries()) {
      for (const name of order) reads[index]![name].push(await clientReads(servers[name], kind, events));
    }
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  for (const [index, { inFlight }] of APPENDS_AT.entries()) {
    const pair = appends[index]!;
    const isAim = inFlight === 64;
    verdicts.push({ name: `client appends/s, ${inFlight} in flight`, pair, ...(isAim ? { atLeastRatio: 0.6 } : {}) });
    const p50 = medianOf(pair.eventstore.map((rate) => rate.p50Ms));
    const p99 = medianOf(pair.eventstore.map((rate) => rate.p99Ms));
    verdicts.push({ name: `client append ms, ${inFlight} in flight, p50`, value: p50, ...(inFlight === 1 ? { atMost: 1 } : {}) });
    verdicts.push({ name: `client append ms, ${inFlight} in flight, p99`, value: p99 });
  }
  verdicts.push({ name: `client events/s, ${BULK.eventsAnAppend} an append`, pair: bulk });
  for (const [index, kind] of READS.entries()) {
    verdicts.push({ name: `client ${kind} events/s`, pair: reads[index]!, atLeastRatio: kind === 'subscribeToAll' ? 0.6 : 0.85, atMostCores: 0.2 });
  }
}

async function rawRounds(server: BenchServer, rounds: number, events: number, verdicts: Verdict[]): Promise<void> {
  const appends: Rate[] = [];
  const streamReads: Rate[] = [];
  const allReads: Rate[] = [];
  const p99: number[] = [];
  for (let round = 0; round < rounds; round++) {
    appends.push(await rawAppends(server, { streamPrefix: 'bench-raw', streams: 8, appends: 100_000 }));
    streamReads.push(await rawReads(server, { stream: 'bench-read', count: events }, events));
    allReads.push(await rawReads(server, { count: events }, events));
    p99.push((await liveDelivery(server, 200, 200, 10)).p99Ms);
  }
  const rateOf = (rates: Rate[]): number => medianOf(rates.map((rate) => rate.perSecond));
  verdicts.push({ name: 'raw durable appends/s', value: rateOf(appends), atLeast: 40_000 });
  verdicts.push({ name: 'raw readStream events/s', value: rateOf(streamReads), atLeast: 500_000 });
  verdicts.push({ name: 'raw readAll events/s', value: rateOf(allReads), atLeast: 500_000 });
  verdicts.push({ name: '200 live subscribers, append to delivery p99 ms', value: medianOf(p99), atMost: 20 });
  verdicts.push({ name: 'resident memory MiB', value: server.residentMiB() });
}

main().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
