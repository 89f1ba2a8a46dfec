/**
 * Speed of the storage alone: `node dist/apps/eventstore/bench/storage-bench.js [events] [streams] [data bytes]`.
 * Appends with many in flight, reads everything back, then opens the log again. Prints one JSON line a figure.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { randomFillSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog, type EventLog } from '../src/storage/index.js';

const [events = 500_000, streams = 1_000, dataBytes = 200] = process.argv.slice(2).map(Number);
const IN_FLIGHT = 256;
const PAGE_EVENTS = 4_096;
const PAGE_BYTES = 1 << 20;

function report(figure: string, count: number, started: number, more: object = {}): void {
  const seconds = (performance.now() - started) / 1_000;
  const memory = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({
    figure, count, seconds: Number(seconds.toFixed(3)), perSecond: Math.round(count / seconds),
    rssMb: memory.rss >> 20, heapMb: memory.heapUsed >> 20, buffersMb: memory.arrayBuffers >> 20, ...more,
  })}\n`);
}

async function appendAll(log: EventLog): Promise<void> {
  const data = Buffer.alloc(dataBytes, '{"amount":"1000","purpose":"học bổng"} ');
  const ids = Buffer.alloc(16 * events);
  randomFillSync(ids.subarray(0, Math.min(ids.length, 1 << 30)));
  const customMetadata = Buffer.from('{"actorId":"a"}');
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < events) {
      const at = next++;
      const outcome = await log.append(`fundBook-${at % streams}`, 'any', [
        { id: ids.subarray(at * 16, at * 16 + 16), type: 'DonationReceived', contentType: 'application/json', data, customMetadata },
      ]);
      if (outcome.kind !== 'appended') throw new Error(JSON.stringify(outcome));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}

async function readEverything(log: EventLog): Promise<number> {
  let from = 0;
  let count = 0;
  for (;;) {
    const page = await log.readAll(from, 'forward', PAGE_EVENTS, PAGE_BYTES);
    for (const record of page.records) count += record.frame.length > 0 ? 1 : 0;
    from = page.next;
    if (page.end) return count;
  }
}

async function readStreams(log: EventLog): Promise<number> {
  let count = 0;
  for (let stream = 0; stream < Math.min(streams, 200); stream++) {
    for (let from = 0, end = false; !end; ) {
      const page = await log.readStream(`fundBook-${stream}`, from, 'forward', PAGE_EVENTS, PAGE_BYTES);
      for (const record of page.records) count += record.frame.length > 0 ? 1 : 0;
      from = page.next;
      end = page.end;
    }
  }
  return count;
}

async function main(): Promise<void> {
  const dir = await mkdtemp(join(process.env['SOQUY_BENCH_DIR'] ?? tmpdir(), 'soquy-storage-bench-'));
  try {
    let log = await openEventLog(dir);
    let started = performance.now();
    await appendAll(log);
    report('append', events, started, { bytes: log.stats().bytes });
    started = performance.now();
    report('readAll', await readEverything(log), started);
    started = performance.now();
    report('readStream', await readStreams(log), started);
    await log.close();
    started = performance.now();
    log = await openEventLog(dir);
    report('open', log.stats().events, started, { indexMb: log.stats().indexBytes >> 20 });
    await log.close();
  } finally {
    await rm(dir, { recursive: true });
  }
}

await main();
