import type { AppendOutcome } from './index.js';
import { FailingDisk, noSpaceLeft } from './testing/failing-disk.js';
import { TemporaryLogs, fingerprint, proposed } from './testing/temporary-logs.js';

const logs = new TemporaryLogs();
afterEach(() => logs.removeAll());

async function manyAppends(append: (n: number) => Promise<AppendOutcome>): Promise<AppendOutcome[]> {
  return Promise.all(Array.from({ length: 50 }, (_, n) => append(n)));
}

describe.each([
  ['a full disk, nothing written', (disk: FailingDisk) => Object.assign(disk, { failWrite: noSpaceLeft() }), /ENOSPC/],
  ['a full disk in the middle of a write', (disk: FailingDisk) => Object.assign(disk, { failWrite: noSpaceLeft(), tornBytes: 700 }), /ENOSPC/],
  ['an fdatasync that fails', (disk: FailingDisk) => Object.assign(disk, { failSync: new Error('EIO: i/o error, fdatasync') }), /EIO/],
])('%s', (_name, breakDisk, cause) => {
  it('acknowledges nothing any more, says so, shows nothing unfinished, and recovers when opened again', async () => {
    const dir = await logs.folder();
    const disk = new FailingDisk();
    const failures: string[] = [];
    const log = await logs.open(dir, { fileOps: disk, onFailed: (message) => failures.push(message) });
    await log.append('a', 'no_stream', [proposed('1'), proposed('2')]);
    const acknowledged = await fingerprint(log);
    const end = log.durableEnd;

    breakDisk(disk);
    const outcomes = await manyAppends((n) => log.append(`b-${n}`, 'any', [proposed('3')]));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'refused', code: 'log_failed', message: expect.stringMatching(cause) as string });
    }
    expect(failures).toEqual([expect.stringMatching(/the log cannot be written any more/)]);
    Object.assign(disk, { failWrite: undefined, failSync: undefined });
    expect(await log.append('c', 'any', [proposed('4')])).toMatchObject({ kind: 'refused', code: 'log_failed' });
    expect(await log.softDelete('a', 'any')).toMatchObject({ kind: 'refused', code: 'log_failed' });
    expect(log.stats().state).toBe('failed');

    expect(log.durableEnd).toBe(end);
    expect(await fingerprint(log)).toEqual(acknowledged);
    expect(log.view('b-1').exists).toBe(false);
    await logs.close(log);

    const again = await logs.open(dir);
    expect((await fingerprint(again)).slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(await again.append('a', 1, [proposed('5')])).toMatchObject({ kind: 'appended', lastRevision: 2 });
  });
});

describe('a disk that fails between two segments', () => {
  it('ends the log like any other failure, and what was acknowledged is there when opened again', async () => {
    const dir = await logs.folder();
    const disk = new FailingDisk();
    const log = await logs.open(dir, { fileOps: disk, segmentBytes: 8_192 });
    disk.failSeal = new Error('EIO: i/o error, fsync');
    let acknowledged = 0;
    let outcome = await log.append('a', 'any', [proposed('0')]);
    for (; outcome.kind === 'appended'; acknowledged++) outcome = await log.append('a', 'any', [proposed(String(acknowledged + 1))]);
    expect(outcome).toMatchObject({ kind: 'refused', code: 'log_failed' });
    expect(acknowledged).toBeGreaterThan(5);
    disk.failSeal = undefined;
    await logs.close(log);
    const again = await logs.open(dir, { segmentBytes: 8_192 });
    expect(again.view('a').lastRevision).toBeGreaterThanOrEqual(acknowledged - 1);
    for (let n = 0; n < 40; n++) await again.append('b', 'any', [proposed(String(n))]);
    const events = await fingerprint(again);
    await logs.close(again);
    expect(await fingerprint(await logs.open(dir))).toEqual(events);
  });
});

describe('a disk that is nearly full', () => {
  it('refuses writes, serves reads, recognises what was written before, and goes on by itself when there is space', async () => {
    const dir = await logs.folder();
    const disk = new FailingDisk();
    const log = await logs.open(dir, { fileOps: disk, diskReserveBytes: 1_000_000 });
    const first = proposed('1');
    await log.append('a', 'no_stream', [first]);

    disk.free = 1_000_100;
    // The guard asks the disk once a second: use up what it believed before.
    await logs.close(log);
    const full = await logs.open(dir, { fileOps: disk, diskReserveBytes: 1_000_000 });
    expect(await full.append('a', 0, [proposed('2')])).toMatchObject({ kind: 'refused', code: 'disk_nearly_full', message: expect.stringContaining('1000100 bytes free') as string });
    expect(full.stats().state).toBe('disk_nearly_full');
    expect(await full.append('a', 'no_stream', [first])).toMatchObject({ kind: 'appended', lastRevision: 0, idempotent: true });
    expect((await full.readStream('a', 'start', 'forward', 10, 1_000)).records).toHaveLength(1);

    disk.free = 2_000_000;
    expect(await full.append('a', 0, [proposed('2')])).toMatchObject({ kind: 'appended', lastRevision: 1 });
    expect(full.stats().state).toBe('serving');
  });

  it('counts what is on its way, so that many appends at once cannot pass the reserve', async () => {
    const dir = await logs.folder();
    const disk = new FailingDisk();
    await logs.close(await logs.open(dir));
    disk.free = 1_020_000;
    const log = await logs.open(dir, { fileOps: disk, diskReserveBytes: 1_000_000 });
    const outcomes = await manyAppends((n) => log.append(`b-${n}`, 'any', [proposed('x'.repeat(1_000))]));
    const written = outcomes.filter((outcome) => outcome.kind === 'appended').length;
    expect(written).toBeGreaterThan(5);
    expect(written).toBeLessThan(20);
    expect(outcomes.filter((outcome) => outcome.kind === 'refused' && outcome.code === 'disk_nearly_full')).toHaveLength(50 - written);
  });
});

describe('while the disk is slow', () => {
  it('nothing is visible or answered before it is durable, and appends see each other', async () => {
    const disk = new FailingDisk();
    const log = await logs.open(await logs.folder(), { fileOps: disk });
    let release: () => void = () => undefined;
    disk.held = new Promise((resolve) => (release = resolve));
    const answers: string[] = [];
    const note = (name: string) => (outcome: AppendOutcome) => void answers.push(`${name} ${outcome.kind}`);
    const first = proposed('1');
    const work = [
      log.append('a', 'no_stream', [first]).then(note('first')),
      log.append('a', 0, [proposed('2')]).then(note('second')),
      log.append('a', 'no_stream', [first]).then(note('again')),
      log.append('a', 'any', [first]).then(note('again by any')),
      log.append('a', 'no_stream', [proposed('3')]).then(note('conflict')),
      log.append('$$a', 'any', [proposed('{"$maxCount":1}', '$metadata')]).then(note('metadata')),
    ];
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(answers).toEqual([]);
    expect(log.view('a')).toMatchObject({ exists: false, metadata: undefined });
    expect((await log.readStream('a', 'start', 'forward', 10, 1_000)).records).toEqual([]);
    expect(log.stats().queuedAppends).toBe(3);
    disk.held = undefined;
    release();
    await Promise.all(work);
    expect(answers).toEqual([
      'first appended', 'second appended', 'again appended', 'again by any appended', 'conflict wrong_expected_version', 'metadata appended',
    ]);
    expect(log.view('a')).toMatchObject({ exists: true, lastRevision: 1, metadata: { maxCount: 1 } });
  });

  it('the queue is bounded: appends beyond it are refused, not kept', async () => {
    const disk = new FailingDisk();
    const log = await logs.open(await logs.folder(), { fileOps: disk, maxQueuedBytes: 10_000 });
    let release: () => void = () => undefined;
    disk.held = new Promise((resolve) => (release = resolve));
    const work = manyAppends((n) => log.append(`q-${n}`, 'any', [proposed('x'.repeat(1_000))]));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(log.stats().queuedBytes).toBeLessThan(12_000);
    disk.held = undefined;
    release();
    const outcomes = await work;
    expect(outcomes.filter((outcome) => outcome.kind === 'refused' && outcome.code === 'queue_full').length).toBeGreaterThan(35);
    expect(log.stats()).toMatchObject({ queuedBytes: 0, queuedAppends: 0 });
  });
});
