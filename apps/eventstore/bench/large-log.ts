import { get } from 'node:http';
import { rawAppends, rawReads } from './raw-load.js';
import type { Verdict } from './report.js';
import { BenchServer } from './servers.js';

const EVENTS_AN_APPEND = 50;
const STREAMS = 20_000;
const READ_EVENTS = 200_000;
const MIB = 1_048_576;

/** A log of millions of events: how long it takes to open, what its index takes, whether reads stay as fast. */
export async function largeLog(dir: string, events: number): Promise<Verdict[]> {
  const start = (): Promise<BenchServer> => BenchServer.start('eventstore', 'src/main.js', ['--dir', dir, '--port', '0']);
  const fill = (server: BenchServer, count: number): ReturnType<typeof rawAppends> =>
    rawAppends(server, { streamPrefix: 'bench-large', streams: STREAMS, eventsAnAppend: EVENTS_AN_APPEND, appends: Math.ceil(count / EVENTS_AN_APPEND), inFlight: 64 });
  const readAll = (server: BenchServer): ReturnType<typeof rawReads> => rawReads(server, { count: READ_EVENTS }, READ_EVENTS);

  let server = await start();
  await fill(server, READ_EVENTS);
  await readAll(server);
  const early = await readAll(server);
  const filled = await fill(server, events - READ_EVENTS);
  await server.stop();
  const clean = await timed(start);
  server = clean.value;
  await fill(server, READ_EVENTS);
  await server.stop('SIGKILL');
  const killed = await timed(start);
  server = killed.value;
  await readAll(server);
  const late = await readAll(server);
  const indexBytes = await metric(server, 'eventstore_index_bytes');
  const resident = server.residentMiB();
  await server.stop();
  const millions = `${events / 1_000_000} million events`;
  return [
    { name: `${millions}: written, events/s`, value: filled.perSecond * EVENTS_AN_APPEND },
    { name: `${millions}: seconds to open after a clean stop`, value: clean.seconds, atMost: 10 },
    { name: `${millions}: seconds to open after a kill`, value: killed.seconds, atMost: 20 },
    { name: `${millions}: index memory MiB`, value: indexBytes / MIB, atMost: 1_200 },
    { name: `${millions}: resident memory MiB`, value: resident },
    { name: `${millions}: readAll events/s against the start (ratio)`, value: late.perSecond / early.perSecond },
  ];
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const started = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - started) / 1_000 };
}

function metric(server: BenchServer, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: server.port, path: '/metrics' }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])));
    }).on('error', reject);
  });
}
