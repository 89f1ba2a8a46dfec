import { randomBytes } from 'node:crypto';
import { openEventLog, type ProposedEvent } from '../index.js';

/**
 * A process for crash tests: `append-until-killed.js <folder> <segment bytes>` appends from many writers at once,
 * each append some events to one stream, and prints one line of JSON for every append that was acknowledged.
 */
const [dir = '', segmentBytes = '65536'] = process.argv.slice(2);
const WRITERS = 24;
const STREAMS = 10;

function event(append: string, index: number, count: number): ProposedEvent {
  const data = Buffer.from(JSON.stringify({ append, index, count, filler: 'x'.repeat(index * 37) }));
  return { id: randomBytes(16), type: 'Survived', contentType: 'application/json', data, customMetadata: Buffer.alloc(0) };
}

async function main(): Promise<void> {
  const log = await openEventLog(dir, { segmentBytes: Number(segmentBytes), rememberedEvents: 4_096, onFailed: (message) => { throw new Error(message); } });
  process.stdout.write('{"ready":true}\n');
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; ; n++) {
      const append = randomBytes(8).toString('hex');
      const count = 1 + ((writer + n) % 5);
      const stream = `stream-${(writer * 7 + n) % STREAMS}`;
      const outcome = await log.append(stream, 'any', Array.from({ length: count }, (_, index) => event(append, index, count)));
      if (outcome.kind !== 'appended') throw new Error(JSON.stringify(outcome));
      process.stdout.write(`${JSON.stringify({ append, stream, lastRevision: outcome.lastRevision, position: outcome.position, count })}\n`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
