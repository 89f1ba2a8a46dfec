import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyLog } from '../commands/index.js';
import { nodeFileOps, type FileOps } from './file-ops.js';
import type { EventLog } from './index.js';
import { LogDamagedError } from './open-errors.js';
import { segmentFileName, writeAppendHeader } from './segment-format.js';
import { isAllZeros } from './segment-scan.js';
import { FailingDisk, noSpaceLeft } from './testing/failing-disk.js';
import { loadSegment } from './testing/load-segment.js';
import { TemporaryLogs, appendOffsets, fingerprint, folderOf, proposed, roomAhead } from './testing/temporary-logs.js';

// The zeros that are written ahead of the appends, in the last segment of an open log and of one that was killed.

jest.setTimeout(600_000);

const logs = new TemporaryLogs();
afterAll(() => logs.removeAll());

/** The first segment of a log as a kill leaves it: with its zeros. `offsets`: where its appends begin, and the end of the last. `short` has fewer zeros. */
let killed: { bytes: Buffer; short: Buffer; offsets: number[]; events: string[] };

beforeAll(async () => {
  const dir = await logs.folder();
  const log = await logs.open(dir);
  for (let n = 0; n < 6; n++) await log.append(`s-${n % 3}`, 'any', [proposed(`{"n":${n}}`), proposed('2')].slice(n % 2));
  await roomAhead(dir);
  const { bytes, offsets } = await appendOffsets(dir);
  const short = bytes.subarray(0, (offsets.at(-2) ?? 0) + 5_000);
  killed = { bytes, short, offsets: offsets.slice(0, -1), events: await fingerprint(log) };
  await logs.close(log);
});

interface Opened {
  log: EventLog;
  dir: string;
  warnings: string[];
}

async function opened(bytes: Buffer, fileOps: FileOps = nodeFileOps): Promise<Opened> {
  const dir = await folderOf(logs, bytes);
  const warnings: string[] = [];
  return { dir, warnings, log: await logs.open(dir, { fileOps, onWarning: (text) => warnings.push(text) }) };
}

async function eventsIn(bytes: Buffer): Promise<string[]> {
  const { log } = await opened(bytes);
  const events = await fingerprint(log);
  await logs.close(log);
  return events;
}

async function fileBytes(dir: string): Promise<number> {
  return (await stat(join(dir, segmentFileName(0)))).size;
}

/** Events of the appends before this place in the file. */
function eventsBefore(offset: number): string[] {
  return killed.events.filter((text) => Number(text.split(' ')[0]) < offset);
}

function positionsBefore(offset: number): number[] {
  return eventsBefore(offset).map((text) => Number(text.split(' ')[0]));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describe('while a log is written', () => {
  it('zeros lie behind its last append, are no fault and no part of the log, and are gone after a stop', async () => {
    const dir = await logs.folder();
    const log = await logs.open(dir);
    await log.append('a', 'any', [proposed('1')]);
    const room = await roomAhead(dir);
    const size = await fileBytes(dir);
    expect(size).toBe(log.durableEnd + room);
    expect(await verifyLog(dir)).toMatchObject({ inOrder: true, unfinished: undefined, bytes: log.durableEnd, roomAhead: room });
    await log.append('a', 'any', [proposed('2')]);
    expect(await fileBytes(dir)).toBe(size); // written over, not behind
    const end = log.durableEnd;
    await logs.close(log);
    expect(await fileBytes(dir)).toBe(end);
    expect(await verifyLog(dir)).toMatchObject({ inOrder: true, bytes: end, roomAhead: 0 });
  });

  it('no zeros come over appends that are larger than what lies ahead', async () => {
    const dir = await logs.folder();
    const log = await logs.open(dir);
    const sizes = range(0, 120).map((n) => (n * 7_919) % 90_000);
    await Promise.all(sizes.map((size, n) => log.append(`s-${n % 5}`, 'any', [proposed('x'.repeat(size))])));
    for (const size of sizes) await log.append('s-0', 'any', [proposed('y'.repeat(size))]);
    const events = await fingerprint(log);
    await logs.close(log);
    expect(await fingerprint(await logs.open(dir))).toEqual(events);
  });

  it('an append waits for zeros that are on their way to its place, and one before them does not', async () => {
    const dir = await logs.folder();
    let gate = Promise.resolve();
    const log = await logs.open(dir, { fileOps: withZeros(() => gate) });
    let left = await roomAhead(dir);
    let release: () => void = () => undefined;
    gate = new Promise<void>((resolve) => (release = resolve));
    for (; left > 20_000; left = (await fileBytes(dir)) - log.durableEnd) await log.append('a', 'any', [proposed('x'.repeat(10_000))]);
    let answered = false;
    const append = log.append('a', 'any', [proposed('y'.repeat(30_000))]).finally(() => (answered = true));
    await sleep(30);
    expect(answered).toBe(false);
    release();
    expect(await append).toMatchObject({ kind: 'appended' });
    const events = await fingerprint(log);
    await logs.close(log);
    expect(await fingerprint(await logs.open(dir))).toEqual(events);
  });
});

/** The disk, with something that happens before zeros are written. */
function withZeros(before: () => Promise<void>): FileOps {
  return {
    ...nodeFileOps,
    async write(fd, buffer, offset, length, position) {
      if (isAllZeros(buffer.subarray(offset, offset + length))) await before();
      await nodeFileOps.write(fd, buffer, offset, length, position);
    },
  };
}

describe('a disk that takes no zeros', () => {
  it('is told of once, and appends make the file longer as they come', async () => {
    const dir = await logs.folder();
    const warnings: string[] = [];
    const log = await logs.open(dir, { fileOps: withZeros(() => Promise.reject(noSpaceLeft())), onWarning: (text) => warnings.push(text) });
    for (let n = 0; n < 20; n++) expect(await log.append('a', 'any', [proposed(String(n))])).toMatchObject({ kind: 'appended' });
    expect(warnings).toEqual([expect.stringMatching(/no room is made ahead of the appends to .*ENOSPC/)]);
    expect(log.stats().state).toBe('serving');
    expect(await fileBytes(dir)).toBe(log.durableEnd);
    const events = await fingerprint(log);
    await logs.close(log);
    expect(await fingerprint(await logs.open(dir))).toEqual(events);
  });

  it('gets none that would come out of the space that is kept free', async () => {
    const dir = await logs.folder();
    const disk = new FailingDisk();
    disk.free = 1_100_000; // room for appends, not for a step of zeros
    const log = await logs.open(dir, { fileOps: disk, diskReserveBytes: 1_000_000 });
    for (let n = 0; n < 10; n++) expect(await log.append('a', 'any', [proposed(String(n))])).toMatchObject({ kind: 'appended' });
    expect(await fileBytes(dir)).toBe(log.durableEnd);
  });
});

describe('after a kill', () => {
  it('the zeros are found and used again: nothing is cut off, nothing is warned of', async () => {
    const { log, dir, warnings } = await opened(killed.bytes);
    expect(await fingerprint(log)).toEqual(killed.events);
    await log.append('s-0', 'any', [proposed('next')]);
    expect(warnings).toEqual([]);
    expect(await fileBytes(dir)).toBe(killed.bytes.length);
    const events = await fingerprint(log);
    expect(events.slice(0, -1)).toEqual(killed.events);
    const bytes = await readFile(join(dir, segmentFileName(0)));
    await logs.close(log);
    expect(await eventsIn(bytes)).toEqual(events);
  });

  it('a write that ends at any byte, with zeros from there on, is cut off at an append', async () => {
    // Where one byte is missing it might as well be a changed bit: that is the next test's.
    const places = range(killed.offsets.at(-4) ?? 0, killed.offsets.at(-1) ?? 0).filter((from) => !killed.offsets.includes(from + 1));
    const dir = await logs.folder();
    for (const from of places) {
      const start = killed.offsets.findLast((offset) => offset <= from) ?? 0;
      const warnings = from === start ? [] : [expect.stringContaining('is cut off') as string];
      expect(await loadSegment(dir, Buffer.from(killed.short).fill(0, from))).toEqual({ positions: positionsBefore(start), warnings });
    }
  });

  it('a flipped bit in any byte of the last appends is damage, zeros behind them or not', async () => {
    const end = killed.offsets.at(-1) ?? 0;
    const places = range(killed.offsets.at(-4) ?? 0, end).map((offset) => ({ offset, bit: offset % 8 }));
    const dir = await logs.folder();
    for (const { offset, bit } of [...places, ...range(0, 8).map((each) => ({ offset: end - 1, bit: each }))]) {
      const bytes = Buffer.from(killed.short);
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
      const damage = await loadSegment(dir, bytes);
      if (!(damage instanceof LogDamagedError)) throw new Error(`it was opened with bit ${bit} of byte ${offset} changed`);
      expect(damage.file).toContain(segmentFileName(0));
      expect(damage.offset).toBeLessThanOrEqual(offset);
    }
  });

  it('what a cut write left further on never comes back', async () => {
    const [first = 0, second = 0, third = 0] = killed.offsets.slice(-3);
    // One write of two appends, of which the disk has only the second.
    const bytes = Buffer.from(killed.bytes).fill(0, first, second);
    writeAppendHeader(bytes, second, { position: second, flushStart: first, bodyBytes: third - second - 32, records: bytes.readUInt32LE(second + 28) });
    // No new zeros, which would come over it as well.
    const { log, dir, warnings } = await opened(bytes, withZeros(() => Promise.reject(noSpaceLeft())));
    expect(await fingerprint(log)).toEqual(eventsBefore(first));
    expect(warnings).toEqual([expect.stringContaining('is cut off')]);
    // The same append again ends where the other began.
    const [data, stream] = [killed.bytes.subarray(first, second), `s-${(killed.offsets.length - 4) % 3}`];
    await log.append(stream, 'any', [proposed('{"n":4}'), proposed('2')]);
    expect(log.durableEnd).toBe(first + data.length);
    const after = await readFile(join(dir, segmentFileName(0)));
    await logs.close(log);
    expect(await eventsIn(after)).toHaveLength(eventsBefore(second).length);
  });

  it('garbage behind the zeros is cut off, and an append that was begun later proves that the zeros are damage', async () => {
    const end = killed.offsets.at(-1) ?? 0;
    const garbage = Buffer.from(killed.bytes);
    garbage.fill('garbage', end + 20_000, end + 30_000);
    const { log, dir, warnings } = await opened(garbage);
    expect(await fingerprint(log)).toEqual(killed.events);
    expect(warnings).toEqual([expect.stringContaining('is cut off')]);
    await logs.close(log);
    expect(await verifyLog(dir)).toMatchObject({ inOrder: true, bytes: end });

    const lost = Buffer.from(killed.bytes).fill(0, killed.offsets.at(-3), killed.offsets.at(-2));
    await expect(eventsIn(lost)).rejects.toThrow(LogDamagedError);
  });

  it('a segment that follows makes zeros damage', async () => {
    const dir = await folderOf(logs, killed.bytes);
    await writeFile(join(dir, segmentFileName(killed.bytes.length)), killed.bytes);
    await expect(logs.open(dir)).rejects.toThrow(/another segment follows and this one has no seal/);
  });
});
