import { TemporaryLogs, proposed, wholeLog } from './testing/temporary-logs.js';
import { MAX_APPEND_BYTES } from './durable-event-log.js';
import { MAX_CONTENT_TYPE_BYTES, MAX_NAME_BYTES } from './event-record.js';
import type { EventLog, OpenOptions } from './index.js';

const logs = new TemporaryLogs();
let dir: string;
let log: EventLog;

beforeEach(async () => {
  dir = await logs.folder();
  log = await logs.open(dir);
});
afterEach(() => logs.removeAll());

async function reopen(options: OpenOptions = {}): Promise<void> {
  await logs.close(log);
  log = await logs.open(dir, options);
}

async function fill(stream: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await log.append(stream, 'any', [proposed(String(n))]);
}

async function revisions(stream: string, from: number | 'start' | 'end' = 'start', direction: 'forward' | 'backward' = 'forward'): Promise<number[]> {
  const page = await log.readStream(stream, from, direction, 100, 1 << 20);
  return page.records.map((record) => record.revision);
}

const metadata = (stream: string, text: string): Promise<unknown> => log.append(`$$${stream}`, 'any', [proposed(text, '$metadata')]);
const wrong = (current: number | 'no_stream'): object => ({ kind: 'wrong_expected_version', current });

describe('a new log', () => {
  it('holds the administrator, once', async () => {
    const first = await wholeLog(log);
    expect(first.map((record) => `${record.stream} ${record.type}`)).toEqual(['$user-admin $UserCreated', '$users $User']);
    await reopen();
    expect(await wholeLog(log)).toHaveLength(2);
  });
});

describe('reading a stream', () => {
  it('goes page by page in both directions, within bounds of events and bytes', async () => {
    await fill('s', 25);
    const forward = await log.readStream('s', 'start', 'forward', 10, 1 << 20);
    expect(forward.records.map((record) => record.revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(forward).toMatchObject({ end: false, next: 10 });
    expect(await log.readStream('s', 20, 'forward', 10, 1 << 20)).toMatchObject({ end: true, next: 25 });
    const backward = await log.readStream('s', 'end', 'backward', 10, 1 << 20);
    expect(backward.records.map((record) => record.revision)).toEqual([24, 23, 22, 21, 20, 19, 18, 17, 16, 15]);
    expect(backward).toMatchObject({ end: false, next: 14 });
    expect(await revisions('s', 2, 'backward')).toEqual([2, 1, 0]);
    expect(await revisions('s', 99, 'backward')).toHaveLength(25);
    expect((await log.readStream('s', 'start', 'forward', 100, 1)).records).toHaveLength(1);
    expect(await log.readStream('s', 25, 'forward', 10, 1 << 20)).toMatchObject({ records: [], end: true });
    expect(await log.readStream('s', 'end', 'forward', 10, 1 << 20)).toMatchObject({ records: [], end: true, next: 25 });
    expect(await log.readStream('unknown', 'start', 'forward', 10, 1 << 20)).toMatchObject({ records: [], end: true });
  });

  it('of $all: forward from a position on, backward from before it', async () => {
    await fill('s', 5);
    const all = await wholeLog(log);
    const third = all[2]?.position ?? 0;
    const forward = await log.readAll(third, 'forward', 2, 1 << 20);
    expect(forward.records.map((record) => record.position)).toEqual([all[2]?.position, all[3]?.position]);
    expect((await log.readAll(forward.next, 'forward', 1, 1 << 20)).records[0]?.position).toBe(all[4]?.position);
    const backward = await log.readAll(third, 'backward', 10, 1 << 20);
    expect(backward.records.map((record) => record.position)).toEqual([all[1]?.position, all[0]?.position]);
    expect(backward.end).toBe(true);
    expect((await log.readAll('end', 'backward', 1, 1 << 20)).records[0]?.position).toBe(log.lastPosition);
    expect(await log.readAll('end', 'forward', 1, 1 << 20)).toMatchObject({ records: [], end: true });
    expect((await log.readAll('start', 'forward', 100, 1)).records).toHaveLength(1);
  });

  it('that is under way when the log is closed ends as it would have; later ones are refused', async () => {
    await fill('s', 20);
    const reading = log.readAll('start', 'forward', 100, 1 << 20);
    await logs.close(log);
    expect((await reading).records).toHaveLength(22);
    await expect(log.readAll('start', 'forward', 100, 1 << 20)).rejects.toThrow('the event store is stopping');
    expect(await log.append('s', 'any', [proposed('1')])).toMatchObject({ kind: 'refused', code: 'log_closed' });
  });

  it('is told of what becomes durable, in order', async () => {
    const heard: number[] = [];
    const stop = log.onDurable((records) => heard.push(...records.map((record) => record.position)));
    await Promise.all([1, 2, 3].map((n) => log.append(`s-${n}`, 'any', [proposed('1'), proposed('2')])));
    stop();
    await fill('s', 1);
    expect(heard).toEqual((await wholeLog(log)).slice(2, 8).map((record) => record.position));
  });
});

describe('stream metadata', () => {
  it('$maxCount and $tb hide events from the stream and not from $all', async () => {
    await fill('s', 6);
    await metadata('s', '{"$maxCount":2}');
    expect(await revisions('s')).toEqual([4, 5]);
    expect(await revisions('s', 'end', 'backward')).toEqual([5, 4]);
    await metadata('s', '{"$tb":3}');
    await reopen();
    expect(await revisions('s')).toEqual([3, 4, 5]);
    expect(log.view('s')).toMatchObject({ firstReadableRevision: 3, lastRevision: 5, metadata: { truncateBefore: 3 } });
    expect((await wholeLog(log)).filter((record) => record.stream === 's')).toHaveLength(6);
    await metadata('s', '{"$tb":99}');
    expect(await revisions('s')).toEqual([]);
    expect(log.view('s').softDeleted).toBe(false);
  });

  it('$maxAge hides what is older than its seconds', async () => {
    let now = 1_700_000_000_000;
    await reopen({ clock: () => now });
    const start = Date.now() + 10_000; // after the events of the opening
    for (let n = 0; n < 5; n++) {
      now = start + n * 10_000;
      await log.append('s', 'any', [proposed('1')]);
    }
    await metadata('s', '{"$maxAge":25}');
    expect(await revisions('s')).toEqual([2, 3, 4]);
    now += 20_000;
    expect(await revisions('s')).toEqual([4]);
    now += 20_000;
    expect(await revisions('s')).toEqual([]);
  });

  it('shows only its latest event, keeps $acl, and ignores what it does not understand', async () => {
    await metadata('s', '{"$maxCount":5}');
    await metadata('s', '{"$acl":{"$r":"$all"},"$maxCount":"7","$tb":-1,"$cacheControl":3,"own":1}');
    expect(await revisions('$$s')).toEqual([1]);
    expect(log.view('s')).toMatchObject({ exists: false, metadata: { acl: { $r: '$all' }, cacheControl: 3 } });
    expect(Object.keys(log.view('s').metadata ?? {}).sort()).toEqual(['acl', 'cacheControl']);
    await metadata('s', 'not json');
    expect(log.view('s').metadata).toEqual({});
  });
});

describe('deleting', () => {
  it('softly hides a stream, whose revisions go on when it is written again; other metadata stays', async () => {
    await fill('s', 3);
    await metadata('s', '{"own":"kept"}');
    expect(await log.softDelete('s', 1)).toEqual(wrong(2));
    const deleted = await log.softDelete('s', 2);
    expect(deleted).toMatchObject({ kind: 'appended', lastRevision: 1, position: log.lastPosition });
    expect(log.view('s')).toMatchObject({ softDeleted: true, exists: true, lastRevision: 2 });
    expect(await revisions('s')).toEqual([]);
    expect(await log.append('s', 'stream_exists', [proposed('x')])).toEqual({ kind: 'stream_deleted' });
    await reopen();
    expect(log.view('s').softDeleted).toBe(true);
    expect(await log.append('s', 'no_stream', [proposed('4')])).toMatchObject({ kind: 'appended', lastRevision: 3 });
    expect(await revisions('s')).toEqual([3]);
    expect(log.view('s')).toMatchObject({ softDeleted: false, firstReadableRevision: 3 });
    const latest = (await log.readStream('$$s', 'end', 'backward', 1, 1_000)).records[0];
    expect(JSON.parse(latest?.data().toString() ?? '')).toEqual({ $tb: 3 });
  });

  it('softly keeps the other keys of metadata that deleted by itself', async () => {
    await fill('s', 2);
    await metadata('s', '{"own":"kept","$tb":9223372036854775807}');
    expect(log.view('s').softDeleted).toBe(true);
    await fill('s', 1);
    const latest = (await log.readStream('$$s', 'end', 'backward', 1, 1_000)).records[0];
    expect(JSON.parse(latest?.data().toString() ?? '')).toEqual({ own: 'kept', $tb: 2 });
  });

  it('softly is undone by writing metadata', async () => {
    await fill('s', 2);
    await log.softDelete('s', 'any');
    await metadata('s', '{"own":1}');
    expect(log.view('s')).toMatchObject({ softDeleted: false, firstReadableRevision: 2, lastRevision: 1 });
  });

  it('softly needs an event or metadata', async () => {
    expect(await log.softDelete('s', 'any')).toEqual(wrong('no_stream'));
    expect(await log.softDelete('s', 'no_stream')).toEqual(wrong('no_stream'));
    await metadata('s', '{}');
    expect(await log.softDelete('s', 'any')).toMatchObject({ kind: 'appended' });
  });

  it('for good ends stream and metadata, also after it was opened again', async () => {
    await fill('s', 2);
    expect(await log.tombstone('s', 0)).toEqual(wrong(1));
    expect(await log.tombstone('s', 1)).toMatchObject({ kind: 'appended', position: log.lastPosition });
    for (const open of [false, true]) {
      if (open) await reopen();
      expect(log.view('s')).toMatchObject({ tombstoned: true });
      expect(log.view('$$s')).toMatchObject({ tombstoned: true });
      for (const expected of ['any', 'stream_exists', 'no_stream', 1] as const) {
        expect(await log.append('s', expected, [proposed('x')])).toEqual({ kind: 'stream_deleted' });
      }
      expect(await metadata('s', '{}')).toEqual({ kind: 'stream_deleted' });
      expect(await log.softDelete('s', 'any')).toEqual({ kind: 'stream_deleted' });
      expect(await revisions('s')).toEqual([]);
    }
    const last = (await wholeLog(log)).at(-1);
    expect(last).toMatchObject({ type: '$streamDeleted', isTombstone: true, stream: 's' });
    expect(await log.tombstone('never-written', 'any')).toMatchObject({ kind: 'appended' });
  });
});

describe('a repeated append', () => {
  it('at its revision is recognised without limit: after a restart, thousands of events back', async () => {
    const events = [proposed('1'), proposed('2'), proposed('3')];
    await fill('s', 1);
    const first = await log.append('s', 0, events);
    for (let n = 0; n < 30; n++) await log.append('s', 'any', Array.from({ length: 100 }, () => proposed('x')));
    await reopen({ rememberedEvents: 16 });
    expect(await log.append('s', 0, events)).toEqual({ ...first, idempotent: true });
    expect(await log.append('s', 0, events.slice(0, 2))).toMatchObject({ kind: 'appended', lastRevision: 2, idempotent: true });
    expect(await log.append('s', 0, [proposed('x')])).toEqual(wrong(3_003));
    expect(await log.append('s', 1, events)).toEqual(wrong(3_003));
    expect(log.view('s').lastRevision).toBe(3_003);
  });

  it('by any is recognised among the remembered events, also after a restart, and written again beyond them', async () => {
    await reopen({ rememberedEvents: 64 });
    const event = proposed('1');
    const first = await log.append('s', 'any', [event]);
    await fill('t', 60);
    expect(await log.append('s', 'any', [event])).toEqual({ ...first, idempotent: true });
    await reopen({ rememberedEvents: 64 });
    expect(await log.append('s', 'stream_exists', [event])).toEqual({ ...first, idempotent: true });
    expect(await log.append('t', 'any', [event])).toMatchObject({ idempotent: false });
    await fill('t', 10);
    expect(await log.append('s', 'any', [event])).toMatchObject({ kind: 'appended', lastRevision: 1, idempotent: false });
  });
});

describe('limits', () => {
  it('of names, sizes and an empty append are stated', async () => {
    const refused = (code: string): object => ({ kind: 'refused', code, message: expect.any(String) as string });
    expect(await log.append('x'.repeat(MAX_NAME_BYTES + 1), 'any', [proposed('1')])).toEqual(refused('name_too_long'));
    expect(await log.append('x', 'any', [proposed('1', 'é'.repeat(MAX_NAME_BYTES / 2 + 1))])).toEqual(refused('name_too_long'));
    const contentType = 'c'.repeat(MAX_CONTENT_TYPE_BYTES + 1);
    expect(await log.append('x', 'any', [{ ...proposed('1'), contentType }])).toEqual(refused('name_too_long'));
    expect(await log.append('x', 'any', [proposed('y'.repeat(MAX_APPEND_BYTES))])).toEqual(refused('append_too_large'));
    expect(log.view('x').exists).toBe(false);
    const longest = proposed('1', 'é'.repeat(MAX_NAME_BYTES / 2));
    expect(await log.append('x'.repeat(MAX_NAME_BYTES), 'any', [longest])).toMatchObject({ kind: 'appended' });
    expect((await wholeLog(log)).at(-1)).toMatchObject({ stream: 'x'.repeat(MAX_NAME_BYTES), type: longest.type });
    expect(await log.softDelete('x'.repeat(MAX_NAME_BYTES), 'any')).toMatchObject({ kind: 'appended' });
    expect(await log.append('empty', 'any', [])).toMatchObject({ kind: 'appended', lastRevision: -1 });
  });

  it('an append larger than a segment gets a segment of its own', async () => {
    await reopen({ segmentBytes: 4_096 });
    for (let n = 0; n < 3; n++) await log.append('big', 'any', [proposed('y'.repeat(20_000)), proposed('z')]);
    await log.append('small', 'any', [proposed('1')]);
    await reopen({ segmentBytes: 4_096 });
    expect(log.stats().segments).toBe(5);
    expect((await wholeLog(log)).filter((record) => record.stream === 'big').map((record) => record.data().length)).toEqual([20_000, 1, 20_000, 1, 20_000, 1]);
    expect((await log.readAll('end', 'backward', 100, 1 << 20)).end).toBe(false);
    expect(await revisions('big', 'end', 'backward')).toEqual([5, 4, 3, 2, 1, 0]);
  });
});
