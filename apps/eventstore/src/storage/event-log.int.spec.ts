import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog, type EventLog, type OpenOptions, type ProposedEvent } from './index.js';

let dir: string;
let log: EventLog;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'soquy-log-'));
});
afterEach(async () => {
  await log.close();
  await rm(dir, { recursive: true });
});

const open = async (options: OpenOptions = {}): Promise<EventLog> => (log = await openEventLog(dir, { rememberedEvents: 1_024, ...options }));

function event(data: string, type = 'Tested'): ProposedEvent {
  return { id: randomBytes(16), type, contentType: 'application/json', data: Buffer.from(data), customMetadata: Buffer.from('{"a":1}') };
}

async function texts(stream: string): Promise<string[]> {
  const page = await log.readStream(stream, 'start', 'forward', 1_000, 1 << 20);
  return page.records.map((record) => record.data().toString());
}

describe('the event log', () => {
  it('gives back what was appended, also after it was opened again', async () => {
    await open();
    const first = await log.append('a-1', 'no_stream', [event('"một"'), event('"hai"')]);
    expect(first).toMatchObject({ kind: 'appended', lastRevision: 1, idempotent: false });
    await log.append('b', 'any', [event('3')]);
    await log.append('a-1', 1, [event('4')]);
    expect(await texts('a-1')).toEqual(['"một"', '"hai"', '4']);
    const before = await log.readAll('start', 'forward', 100, 1 << 20);
    expect(before.records.map((record) => record.stream)).toEqual(['$user-admin', '$users', 'a-1', 'a-1', 'b', 'a-1']);
    await log.close();
    await open();
    const after = await log.readAll('start', 'forward', 100, 1 << 20);
    expect(after.records.map((record) => [record.position, record.frame])).toEqual(before.records.map((record) => [record.position, record.frame]));
    expect(await log.append('a-1', 2, [event('5')])).toMatchObject({ kind: 'appended', lastRevision: 3 });
  });
});
