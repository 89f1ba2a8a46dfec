import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { segmentIndexFileName } from '../storage/segment-format.js';
import { TemporaryLogs, fingerprint, proposed, segmentPaths } from '../storage/testing/temporary-logs.js';
import type { EventLog } from '../storage/index.js';
import { backupLog, restoreLog, statLog, verifyLog } from './index.js';
import { commandProgram } from './command-program.js';

const logs = new TemporaryLogs();
let dir: string;
let log: EventLog;

beforeEach(async () => {
  dir = await logs.folder();
  log = await logs.open(dir, { segmentBytes: 8_192 });
  for (let n = 0; n < 60; n++) await log.append(`s-${n % 4}`, 'any', [proposed(`{"n":${n}}`), proposed('2')]);
  await log.append('$$s-1', 'any', [proposed('{"$maxCount":3}', '$metadata')]);
  await log.tombstone('s-3', 'any');
});
afterEach(() => logs.removeAll());

async function flip(path: string, offset: number): Promise<void> {
  const content = await readFile(path);
  content[offset] = (content[offset] ?? 0) ^ 16;
  await writeFile(path, content);
}

async function newFolder(): Promise<string> {
  return join(await logs.folder(), 'new');
}

describe('verify', () => {
  it('finds a log in order, while it is open and afterwards', async () => {
    const { events, segments, bytes } = log.stats();
    expect(events).toBe(124);
    const expected = { kind: 'verified', inOrder: true, faults: [], segments, sealedSegments: segments - 1, events, bytes, appends: 64, streams: 7, unfinished: undefined };
    expect(await verifyLog(dir)).toMatchObject(expected);
    await logs.close(log);
    expect(await verifyLog(dir)).toMatchObject({ ...expected, indexFiles: segments - 1 });
  });

  it('names every damaged file and place, and goes on behind it', async () => {
    await logs.close(log);
    const paths = await segmentPaths(dir);
    const [first = '', , third = ''] = paths;
    const last = paths.at(-1) ?? '';
    await flip(first, 500);
    await flip(third, 40);
    await flip(last, 300);
    const report = await verifyLog(dir);
    if (report.kind === 'refused') throw new Error(report.code);
    expect(report.inOrder).toBe(false);
    const places = report.faults.map(({ file, offset }) => ({ file, offset }));
    for (const [file, offset] of [[first, 500], [third, 40], [last, 300]] as const) {
      const fault = places.find((place) => place.file === file);
      expect(fault?.offset).toBeLessThanOrEqual(offset);
    }
  });

  it('finds an index file that does not agree, and an unfinished write is no fault', async () => {
    await logs.close(log);
    const index = join(dir, segmentIndexFileName(0));
    await flip(index, 120);
    const last = (await segmentPaths(dir)).at(-1) ?? '';
    const content = await readFile(last);
    await writeFile(last, content.subarray(0, -7));
    const report = await verifyLog(dir);
    expect(report).toMatchObject({ inOrder: false, faults: [{ file: index, offset: 120 }], unfinished: { file: last } });
  });

  it('finds nothing wrong beside a busy writer, nor do stat and backup, and each holds what was acknowledged before', async () => {
    const busy = await logs.folder();
    const written = await logs.open(busy, { segmentBytes: 1 << 20 });
    let stop = false;
    const sizes = [10, 300, 9_000, 70_000];
    const writers = sizes.map(async (size, writer) => {
      while (!stop) {
        expect(await written.append(`w-${writer}`, 'any', [proposed('x'.repeat(size)), proposed('2')])).toMatchObject({ kind: 'appended' });
        await sleep(5); // the log would outgrow those who read it
      }
    });
    for (let round = 0; round < 8; round++) {
      const { bytes } = written.stats();
      const report = await verifyLog(busy);
      expect(report).toMatchObject({ inOrder: true, faults: [] });
      expect(report.kind === 'verified' && report.bytes).toBeGreaterThanOrEqual(bytes);
      const counted = await statLog(busy);
      expect(counted.kind === 'counted' && counted.bytes).toBeGreaterThanOrEqual(bytes);
      const backup = await newFolder();
      const made = await backupLog(busy, backup);
      expect(made.kind === 'backed_up' && made.end).toBeGreaterThanOrEqual(bytes);
      expect(await verifyLog(backup)).toMatchObject({ inOrder: true, unfinished: undefined, roomAhead: 0 });
    }
    stop = true;
    await Promise.all(writers);
  }, 60_000);

  it('says when there is no log', async () => {
    expect(await verifyLog(await logs.folder())).toMatchObject({ kind: 'refused', code: 'folder_holds_no_log' });
  });
});

describe('stat', () => {
  it('says what is inside', async () => {
    const { logId, events, segments, bytes, firstPosition, lastPosition, lastCreatedMs } = log.stats();
    expect(await statLog(dir)).toEqual({
      kind: 'counted', logId, events, streams: 7, segments, sealedSegments: segments - 1, bytes, firstPosition, lastPosition,
      roomAhead: expect.any(Number) as number,
      firstWrittenAt: expect.stringMatching(/^20/) as string, lastWrittenAt: new Date(lastCreatedMs ?? 0).toISOString(),
    });
  });
});

describe('backup and restore', () => {
  it('give a log with the same events, positions and bytes, taken while it was written', async () => {
    let stop = false;
    const writing = (async () => {
      for (let n = 0; !stop; n++) await log.append(`w-${n % 3}`, 'any', [proposed(`{"w":${n}}`), proposed('b')]);
    })();
    const acknowledged = await fingerprint(log);
    const backup = await newFolder();
    const made = await backupLog(dir, backup);
    stop = true;
    await writing;
    expect(made).toMatchObject({ kind: 'backed_up', logId: log.stats().logId });
    const target = await newFolder();
    const restored = await restoreLog(backup, target);
    expect(restored).toMatchObject({ kind: 'restored', logId: log.stats().logId });
    const copy = await logs.open(target);
    const events = await fingerprint(copy);
    expect(events.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect((await fingerprint(log)).slice(0, events.length)).toEqual(events);
    expect(copy.view('s-3').tombstoned).toBe(true);
    expect(copy.view('s-1').metadata).toEqual({ maxCount: 3 });
    expect(await copy.append('after', 'no_stream', [proposed('1')])).toMatchObject({ kind: 'appended' });
    expect(await verifyLog(target)).toMatchObject({ inOrder: true });
  });

  it('never write into a folder that holds something', async () => {
    const target = await logs.folder();
    await writeFile(join(target, 'mine.txt'), 'mine');
    const refused = { kind: 'refused', code: 'target_folder_is_not_empty' };
    expect(await backupLog(dir, target)).toMatchObject(refused);
    const backup = await newFolder();
    await backupLog(dir, backup);
    expect(await restoreLog(backup, target)).toMatchObject(refused);
    expect(await restoreLog(backup, dir)).toMatchObject(refused);
    expect(await readdir(target)).toEqual(['mine.txt']);
  });

  it('refuse a damaged log and a damaged, shortened or unfinished backup, and leave nothing behind', async () => {
    const backup = await newFolder();
    await backupLog(dir, backup);
    const last = (await segmentPaths(backup)).at(-1) ?? '';
    const content = await readFile(last);
    for (const change of [content.subarray(0, -1), Buffer.concat([content, Buffer.alloc(64)]), Buffer.from(content).fill(7, 200, 201)]) {
      await writeFile(last, change);
      const target = await newFolder();
      expect(await restoreLog(backup, target)).toMatchObject({ kind: 'refused', code: 'backup_is_damaged' });
      await expect(readdir(target)).rejects.toThrow(/ENOENT/);
    }
    await writeFile(last, content);
    const manifest = join(backup, 'backup.json');
    const made = await readFile(manifest, 'utf8');
    await writeFile(manifest, made.replace(/"sha256": "./, '"sha256": "-'));
    expect(await restoreLog(backup, await newFolder())).toMatchObject({ kind: 'refused', text: { en: expect.stringContaining('digest') as string } });
    await writeFile(manifest, made);
    expect(await restoreLog(backup, await newFolder())).toMatchObject({ kind: 'restored' });
    await rm(last);
    expect(await restoreLog(backup, await newFolder())).toMatchObject({ kind: 'refused', code: 'backup_is_damaged' });
    await rm(join(backup, 'backup.json'));
    expect(await restoreLog(backup, await newFolder())).toMatchObject({ kind: 'refused', code: 'folder_holds_no_backup' });
    const path = (await segmentPaths(dir))[0] ?? '';
    await flip(path, 700);
    const refused = await backupLog(dir, await newFolder());
    expect(refused).toMatchObject({ kind: 'refused', code: 'log_is_damaged', text: { en: expect.stringContaining(path) as string } });
  });
});

describe('the command line', () => {
  async function run(...args: string[]): Promise<{ code: number | undefined; out: string; err: string }> {
    const result = { code: undefined as number | undefined, out: '', err: '' };
    const output = { out: (line: string) => void (result.out += `${line}\n`), err: (line: string) => void (result.err += `${line}\n`) };
    await commandProgram(output, (code) => (result.code = code)).parseAsync(args, { from: 'user' });
    return result;
  }

  it('prints reports for people and machines, in both languages, and tells success by the exit code', async () => {
    expect(JSON.parse((await run('stat', '--dir', dir, '--json')).out)).toMatchObject({ kind: 'counted', events: 124 });
    const backup = await newFolder();
    expect(await run('backup', '--dir', dir, '--to', backup)).toMatchObject({ code: 0, out: expect.stringContaining('Đã sao lưu / backed up') as string });
    expect(await run('restore', '--from', backup, '--to', await newFolder())).toMatchObject({ code: 0 });
    const refused = await run('restore', '--from', backup, '--to', dir);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/không trống[\s\S]*is not empty/);
    await logs.close(log);
    const path = (await segmentPaths(dir))[0] ?? '';
    await flip(path, 700);
    const damaged = await run('verify', '--dir', dir);
    expect(damaged.code).toBe(1);
    expect(damaged.out).toContain(`HỎNG / DAMAGED ${path} byte `);
  });
});
