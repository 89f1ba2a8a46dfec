import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogDamagedError } from './open-errors.js';
import { APPEND_HEADER_BYTES, segmentFileName } from './segment-format.js';
import { loadSegment, type LoadedSegment } from './testing/load-segment.js';
import { TemporaryLogs, appendOffsets, fingerprint, folderOf, proposed, segmentPaths } from './testing/temporary-logs.js';

jest.setTimeout(600_000);

const logs = new TemporaryLogs();
let bytes: Buffer;
let offsets: number[];
let events: string[];
/** Events in the first n appends. */
let eventsAfter: number[];

beforeAll(async () => {
  const dir = await logs.folder();
  const log = await logs.open(dir);
  const appends = [1, 3, 1, 2, 1, 2, 3];
  for (const [at, count] of appends.entries()) {
    await log.append(`s-${at % 3}`, 'any', Array.from({ length: count }, (_, i) => proposed(`{"n":${at},"i":${i}}`)));
  }
  events = await fingerprint(log);
  await logs.close(log);
  ({ bytes, offsets } = await appendOffsets(dir));
  eventsAfter = [1, 1, ...appends].reduce((sums, count) => [...sums, (sums.at(-1) ?? 0) + count], [0]);
});
afterAll(() => logs.removeAll());

async function openBytes(content: Buffer): Promise<{ found: string[]; warnings: string[] }> {
  const dir = await folderOf(logs, content);
  const warnings: string[] = [];
  const log = await logs.open(dir, { onWarning: (text) => warnings.push(text) });
  const found = await fingerprint(log);
  await logs.close(log);
  return { found, warnings };
}

let loads: string | undefined;

async function load(content: Buffer): Promise<LoadedSegment | LogDamagedError> {
  return loadSegment((loads ??= await logs.folder()), content);
}

async function damageOf(content: Buffer): Promise<LogDamagedError> {
  const damage = await load(content);
  if (!(damage instanceof LogDamagedError)) throw new Error('it was opened');
  return damage;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function flipped(offset: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ (1 << bit);
  return copy;
}

/** Where the append begins that holds this byte. */
function appendOf(offset: number): number {
  return offsets.filter((start) => start <= offset).at(-1) ?? 0;
}

describe('a tail cut at any byte', () => {
  it('opens with the appends that are whole and goes on from there', async () => {
    const from = offsets.at(-4) ?? 0;
    const positions = events.map((text) => Number(text.split(' ')[0]));
    for (const length of range(from, bytes.length)) {
      const whole = offsets.filter((end) => end <= length).length - 1;
      const warnings = offsets.includes(length) ? [] : [expect.stringContaining('is cut off') as string];
      expect(await load(bytes.subarray(0, length))).toEqual({ positions: positions.slice(0, eventsAfter[whole]), warnings });
    }
  });

  it('gives the bytes of what is whole', async () => {
    for (const length of range(offsets.at(-2) ?? 0, bytes.length).filter((at) => at % 61 === 0)) {
      expect((await openBytes(bytes.subarray(0, length))).found).toEqual(events.slice(0, eventsAfter.at(-2)));
    }
  });

  it('keeps positions and revisions gapless for what is appended next', async () => {
    const dir = await folderOf(logs, bytes.subarray(0, bytes.length - 5));
    const log = await logs.open(dir);
    const outcome = await log.append('s-0', 'any', [proposed('1')]);
    expect(outcome).toMatchObject({ kind: 'appended', lastRevision: log.view('s-0').lastRevision });
    const after = await fingerprint(log);
    expect(after.slice(0, -1)).toEqual(events.slice(0, -3));
    await logs.close(log);
    expect(await fingerprint(await logs.open(dir))).toEqual(after);
  });
});

describe('a flipped bit', () => {
  it('in any byte of the last appends keeps the log from opening, and its file and place are named', async () => {
    const from = offsets.at(-4) ?? 0;
    for (const offset of range(from, bytes.length)) {
      const damage = await damageOf(flipped(offset, offset % 8));
      expect(damage.file).toContain(segmentFileName(0));
      expect(damage.offset).toBeGreaterThanOrEqual(appendOf(offset));
      expect(damage.offset).toBeLessThanOrEqual(offset);
      expect(damage.message).toContain(`${damage.file} is damaged at byte ${damage.offset}`);
    }
  });

  it('anywhere before them does, too', async () => {
    const step = process.env['SOQUY_FULL'] === '1' ? 1 : 5;
    for (const offset of range(0, offsets.at(-4) ?? 0).filter((at) => at % step === 0)) {
      expect((await damageOf(flipped(offset, (offset >> 3) % 8))).offset).toBeLessThanOrEqual(offset);
    }
  });

  it('in every bit of every length field is damage and no torn tail', async () => {
    const append = offsets.at(-2) ?? 0;
    const lengths = [append + 24, append + APPEND_HEADER_BYTES + 4];
    const places = lengths.flatMap((at) => range(0, 32).map((bit) => ({ at: at + (bit >> 3), bit: bit & 7 })));
    for (const { at, bit } of places) expect((await damageOf(flipped(at, bit))).offset).toBeLessThanOrEqual(at);
  });
});

describe('sectors that never reached the disk', () => {
  const zeroed = (from: number, to: number): Buffer => Buffer.from(bytes).fill(0, from, to);
  const sector = (offset: number): number => Math.floor(offset / 512) * 512;

  it('at the end are cut off, to the boundary of an append', async () => {
    const last = offsets.at(-2) ?? 0;
    const from = sector(last) + 512;
    const { found } = await openBytes(zeroed(from, bytes.length));
    expect(found).toEqual(events.slice(0, eventsAfter[offsets.length - 2]));
  });

  it('as a zero tail behind the last append are cut off', async () => {
    const { found } = await openBytes(Buffer.concat([bytes, Buffer.alloc(5_000)]));
    expect(found).toEqual(events);
  });

  it('are damage where a later write proves that they had been there', async () => {
    const early = offsets[3] ?? 0;
    const damage = await damageOf(zeroed(sector(early) + 512, sector(early) + 1_024));
    expect(damage.offset).toBeLessThan(sector(early) + 1_024);
  });

  it('of a write of several appends cut off all of it from the hole on, also what came whole', async () => {
    const dir = await logs.folder();
    const log = await logs.open(dir);
    const before = await fingerprint(log);
    // One turn of the loop: one write.
    await Promise.all(range(0, 12).map((n) => log.append('burst', 'any', [proposed(`{"n":${n}}`)])));
    const all = await fingerprint(log);
    await logs.close(log);
    const burst = await appendOffsets(dir);
    const hole = sector(burst.offsets[4] ?? 0) + 512;
    const { found } = await openBytes(Buffer.from(burst.bytes).fill(0, hole, hole + 512));
    const whole = burst.offsets.filter((end) => end <= hole).length - 1;
    expect(found).toEqual(all.slice(0, whole));
    expect(whole).toBeGreaterThanOrEqual(before.length);
  });
});

describe('a log of several segments', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await logs.folder();
    const log = await logs.open(dir, { segmentBytes: 8_192 });
    for (let n = 0; n < 60; n++) await log.append(`s-${n % 4}`, 'any', [proposed(`{"n":${n}}`)]);
    await logs.close(log);
  });

  async function copyWith(change: (paths: string[]) => Promise<void>): Promise<string> {
    const copy = await logs.folder();
    for (const path of await segmentPaths(dir)) {
      for (const file of [path, path.replace('.log', '.idx')]) {
        const content = existsSync(file) ? await readFile(file) : undefined;
        if (content) await writeFile(file.replace(dir, copy), content);
      }
    }
    await change(await segmentPaths(copy));
    return copy;
  }

  async function flip(path: string, offset: number): Promise<void> {
    const content = await readFile(path);
    content[offset] = (content[offset] ?? 0) ^ 4;
    await writeFile(path, content);
  }

  it('names file and place of a flipped bit in a sealed segment, with and without its index file', async () => {
    const size = (await readFile((await segmentPaths(dir))[1] ?? '')).length;
    for (const offset of [0, 20, 63, 64, 90, 400, 3_000, size - 65, size - 64, size - 30, size - 1]) {
      for (const keepIndex of [true, false]) {
        let path = '';
        const copy = await copyWith(async (paths) => {
          path = paths[1] ?? '';
          await flip(path, offset);
          if (!keepIndex) await writeFile(path.replace('.log', '.idx'), '');
        });
        const error: unknown = await logs.open(copy).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(LogDamagedError);
        expect(error).toMatchObject({ file: expect.stringContaining(path.split('/').at(-1) ?? '') as string });
        expect((error as LogDamagedError).offset).toBeLessThanOrEqual(offset);
      }
    }
  });

  it('never trusts an index file that was changed, and builds it again', async () => {
    const expected = await fingerprintOf(dir);
    for (const offset of [0, 9, 13, 30, 70, 100, 500]) {
      const copy = await copyWith((paths) => flip((paths[0] ?? '').replace('.log', '.idx'), offset));
      const warnings: string[] = [];
      const log = await logs.open(copy, { onWarning: (text) => warnings.push(text) });
      expect(await fingerprint(log)).toEqual(expected);
      expect(warnings).toEqual([expect.stringContaining('it is built again')]);
      await logs.close(log);
      const again = await logs.open(copy, { onWarning: (text) => warnings.push(text) });
      expect(await fingerprint(again)).toEqual(expected);
      expect(warnings).toHaveLength(1);
      await logs.close(again);
    }
  });

  it('notices a missing, a foreign and an unfinished segment', async () => {
    const missing = await copyWith((paths) => rm(paths[1] ?? ''));
    await expect(logs.open(missing)).rejects.toThrow(/is missing before it/);
    const foreign = await copyWith(async (paths) => {
      const other = await logs.folder();
      const log = await logs.open(other, { segmentBytes: 8_192 });
      await logs.close(log);
      const header = (await readFile((await segmentPaths(other))[0] ?? '')).subarray(0, 64);
      const content = await readFile(paths[0] ?? '');
      header.copy(content);
      await writeFile(paths[0] ?? '', content);
    });
    await expect(logs.open(foreign)).rejects.toThrow(/belongs to another log|does not match the checksum/);
    const short = await copyWith(async (paths) => writeFile(paths[1] ?? '', (await readFile(paths[1] ?? '')).subarray(0, -100)));
    await expect(logs.open(short)).rejects.toThrow(LogDamagedError);
  });

  it('begins no log among other files, nor beside what is left of one', async () => {
    const place = async (...names: string[]): Promise<string> => {
      const folder = await logs.folder();
      for (const name of names) await writeFile(join(folder, name), 'x');
      return folder;
    };
    for (const name of ['notes.txt', 'backup.json', 'segment-0000000000000000.idx', 'segment-0000000000000000.log.restoring']) {
      const folder = await place(name);
      await expect(logs.open(folder)).rejects.toThrow(`${folder} holds no event log and is not empty (${name})`);
      expect(await readdir(folder)).toEqual([name]);
    }
    await expect(logs.open(await place('a', 'b', 'c', 'd'))).rejects.toThrow('not empty (a, b, c, …)');
    const fresh = await place('lock', 'segment-0000000000000000.log.new', '.hidden');
    await mkdir(join(fresh, 'lost+found'));
    await logs.close(await logs.open(fresh));
    await writeFile(join(fresh, 'notes.txt'), 'beside a log it disturbs nobody');
    await logs.close(await logs.open(fresh));
  });

  async function fingerprintOf(folder: string): Promise<string[]> {
    const log = await logs.open(folder);
    const found = await fingerprint(log);
    await logs.close(log);
    return found;
  }
});
