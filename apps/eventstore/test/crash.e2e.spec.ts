import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createHash, randomUUID } from 'node:crypto';
import { ANY, EventStoreDBClient, type AppendResult, FORWARDS, START, jsonEvent } from '@eventstore/db-client';
import { verifyLog } from '../src/commands/index.js';
import { TemporaryLogs, wholeLog } from '../src/storage/testing/temporary-logs.js';

const ROUNDS = process.env['SOQUY_FULL'] === '1' ? 50 : 3;
const SEED = Number(process.env['SOQUY_SEED'] ?? Date.now() % 1_000_000);
const RUN_BUILT = 'apps/standalone/bin/run-built.mjs';
const LONGEST_LIFE_MS = 700;
/** Then a new log is begun, so that checking stays quick. */
const ROUNDS_ON_ONE_LOG = 10;

jest.setTimeout(ROUNDS * 80_000);
process.stdout.write(`crash rounds: SOQUY_SEED=${SEED}\n`);

let state = SEED;
/** Mulberry32: the same seed gives the same rounds, as far as the machine keeps time. */
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

interface Acknowledged {
  append: string;
  stream: string;
  lastRevision: number;
  position: number;
  count: number;
}

interface Survivor {
  position: number;
  stream: string;
  revision: number;
  id: string;
  data: { append: string; index: number; count: number };
}

const logs = new TemporaryLogs();
const running = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await logs.removeAll();
});

function start(program: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [RUN_BUILT, program, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LOG_LEVEL: 'warn' } });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function digestOf(events: readonly Survivor[]): string {
  const hash = createHash('sha256');
  for (const { position, stream, revision, id, data } of events) hash.update(`${position} ${stream} ${revision} ${id} ${data.append} ${data.index}\n`);
  return hash.digest('hex');
}

/** What has to hold of a log after a kill, given what was acknowledged and what was there after the kill before. */
function check(found: readonly Survivor[], acknowledged: readonly Acknowledged[], before: readonly Survivor[]): void {
  expect(digestOf(found.slice(0, before.length))).toBe(digestOf(before));
  const next = new Map<string, number>();
  const byAppend = new Map<string, Survivor[]>();
  let position = -1;
  for (const event of found) {
    if (event.position <= position) throw new Error(`position ${event.position} after ${position}`);
    position = event.position;
    const due = next.get(event.stream) ?? 0;
    if (event.revision !== due) throw new Error(`revision ${event.revision} of ${event.stream} where ${due} is due`);
    next.set(event.stream, due + 1);
    const others = byAppend.get(event.data.append);
    if (others === undefined) byAppend.set(event.data.append, [event]);
    else others.push(event);
  }
  for (const [append, events] of byAppend) {
    const whole = events.every((event, index) => event.data.index === index && event.data.count === events.length);
    if (!whole) throw new Error(`append ${append} is there by half: ${JSON.stringify(events.map((event) => event.data))}`);
  }
  for (const { append, stream, lastRevision, position: acknowledgedAt, count } of acknowledged) {
    const events = byAppend.get(append);
    const last = events?.at(-1);
    if (events === undefined || last === undefined) throw new Error(`append ${append} was acknowledged and is lost`);
    const same = last.stream === stream && last.revision === lastRevision && last.position === acknowledgedAt && events.length === count;
    if (!same) throw new Error(`append ${append} was acknowledged at ${acknowledgedAt} and is elsewhere: ${JSON.stringify(last)}`);
  }
}

describe('the storage, killed at random moments while it begins new segments', () => {
  it(`loses nothing in ${ROUNDS} rounds`, async () => {
    let dir = '';
    let acknowledged: Acknowledged[] = [];
    let before: Survivor[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      if (round % ROUNDS_ON_ONE_LOG === 0) [dir, acknowledged, before] = [await logs.folder(), [], []];
      const child = start('apps/eventstore/src/storage/testing/append-until-killed.js', dir, '65536');
      let ready: () => void = () => undefined;
      const isReady = new Promise<void>((resolve) => (ready = resolve));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        if (line === '{"ready":true}') ready();
        else acknowledged.push(JSON.parse(line) as Acknowledged);
      });
      await isReady;
      await sleep(random() * LONGEST_LIFE_MS);
      await kill(child);
      const log = await logs.open(dir);
      const records = await wholeLog(log);
      const found = records.filter((record) => record.type === 'Survived').map((record): Survivor => ({
        position: record.position,
        stream: record.stream,
        revision: record.revision,
        id: record.id().toString('hex'),
        data: JSON.parse(record.data().toString()) as Survivor['data'],
      }));
      check(found, acknowledged, before);
      before = found;
      await logs.close(log);
      expect(await verifyLog(dir)).toMatchObject({ inOrder: true, unfinished: undefined });
    }
    expect(acknowledged.length).toBeGreaterThan(0);
  });
});

describe('the server, killed at random moments under the unmodified client', () => {
  async function serve(dir: string): Promise<{ child: ChildProcess; client: EventStoreDBClient }> {
    const child = start('apps/eventstore/src/main.js', '--dir', dir, '--port', '0');
    for await (const line of createInterface({ input: child.stdout! })) {
      const { port } = JSON.parse(line) as { port: number };
      return { child, client: EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`) };
    }
    throw new Error('the server did not start');
  }

  async function readEverything(client: EventStoreDBClient): Promise<Survivor[]> {
    const found: Survivor[] = [];
    for await (const { event } of client.readAll({ direction: FORWARDS, fromPosition: START })) {
      if (event?.type !== 'Survived') continue;
      const data = event.data as unknown as Survivor['data'];
      found.push({ position: Number(event.position.commit), stream: event.streamId, revision: Number(event.revision), id: event.id, data });
    }
    return found;
  }

  /** Appends until the server is gone; what was answered is noted. */
  async function append(client: EventStoreDBClient, writer: number, acknowledged: Acknowledged[], gone: () => boolean): Promise<void> {
    const own = `own-${randomUUID()}`;
    let expected: bigint | 'no_stream' = 'no_stream';
    for (let n = 0; !gone(); n++) {
      const appendId = randomUUID();
      const count = 1 + ((writer + n) % 4);
      const events = Array.from({ length: count }, (_, index) => jsonEvent({ type: 'Survived', data: { append: appendId, index, count } }));
      const stream = n % 2 === 0 ? own : `shared-${n % 3}`;
      try {
        const result: AppendResult = await client.appendToStream(stream, events, { expectedRevision: stream === own ? expected : ANY });
        const lastRevision = Number(result.nextExpectedRevision);
        acknowledged.push({ append: appendId, stream, lastRevision, position: Number(result.position?.commit), count });
        if (stream === own) expected = result.nextExpectedRevision;
      } catch (error) {
        if (gone()) return; // the answer that the kill took away
        throw error;
      }
    }
  }

  it(`loses nothing in ${ROUNDS} rounds`, async () => {
    const dir = await logs.folder();
    const acknowledged: Acknowledged[] = [];
    let before: Survivor[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const { child, client } = await serve(dir);
      const found = await readEverything(client);
      check(found, acknowledged, before);
      before = found;
      if (round < ROUNDS) {
        let gone = false;
        const writing = Promise.all(Array.from({ length: 16 }, (_, writer) => append(client, writer, acknowledged, () => gone)));
        await sleep(random() * LONGEST_LIFE_MS);
        gone = true;
        await kill(child);
        await writing;
      } else await kill(child);
      await client.dispose();
      expect(await verifyLog(dir)).toMatchObject({ inOrder: true });
    }
    expect(acknowledged.length).toBeGreaterThan(0);
  });
});
