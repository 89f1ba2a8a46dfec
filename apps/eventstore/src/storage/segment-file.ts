import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { LogPosition } from './event-log.js';
import type { FileOps } from './file-ops.js';
import { LogDamagedError } from './open-errors.js';
import {
  SEAL_BYTES, SEGMENT_HEADER_BYTES, baseOfFileName, decodeSegmentHeader, readSeal, segmentFileName, type Seal,
} from './segment-format.js';
import { scanSegment, type ScanEnd, type ScanVisitor } from './segment-scan.js';
import { readThrough, type ChunkUse } from './segment-writer.js';
import { isInterruptedWrite } from './torn-tail.js';

/** How often, and after how many milliseconds, a place is looked at again that a server may be writing just now. */
const LOOKS_AGAIN = 5;
const LOOK_AGAIN_MS = 20;
const NO_VISITOR: ScanVisitor = { record: () => undefined };

/** Bases of the segments in a folder, in log order; none where there is no such folder. */
export async function listSegments(folder: string): Promise<LogPosition[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.map(baseOfFileName).filter((base) => base !== undefined).sort((a, b) => a - b);
}

/** A segment's file, open for reading, its header checked. */
export class SegmentFile {
  private constructor(
    private readonly ops: FileOps,
    private readonly fd: number,
    readonly path: string,
    readonly base: LogPosition,
    private bytes: number,
    readonly logId: Buffer,
  ) {}

  /** Throws LogDamagedError where the header is not that of this segment. */
  static async open(ops: FileOps, folder: string, base: LogPosition): Promise<SegmentFile> {
    const path = join(folder, segmentFileName(base));
    const fd = await ops.open(path, 'r');
    try {
      const { size } = await stat(path);
      const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
      const read = await ops.read(fd, bytes, 0, bytes.length, 0);
      const header = decodeSegmentHeader(bytes.subarray(0, read));
      if (typeof header === 'string') throw new LogDamagedError(path, 0, header);
      if (header.base !== base) throw new LogDamagedError(path, 0, `it says that it begins at position ${header.base} of the log`);
      return new SegmentFile(ops, fd, path, base, size, header.logId);
    } catch (error) {
      await ops.close(fd);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.ops.close(this.fd);
  }

  /** Bytes of the file, room for further appends included. */
  get size(): number {
    return this.bytes;
  }

  scan(visitor: ScanVisitor, from?: number): Promise<ScanEnd> {
    return scanSegment(this.ops, this.fd, this.size, this.base, visitor, from);
  }

  /**
   * Like `scan`, of a file that a server may be writing: an append that is on its way is where the file ends for this
   * reader, and no fault. What is damaged stays so when it is looked at again.
   */
  async scanBesideWriter(visitor: ScanVisitor): Promise<ScanEnd> {
    const end = await this.scan(visitor);
    for (let look = 0; look < LOOKS_AGAIN && end.kind === 'bad' && !end.contradicts; look++) {
      await sleep(LOOK_AGAIN_MS);
      this.bytes = (await stat(this.path)).size;
      const again = await this.scan(NO_VISITOR, end.offset);
      if (again.kind !== 'bad' || again.offset > end.offset) return { kind: 'open', end: end.offset, zeros: 0 };
    }
    return end;
  }

  /** Whether what is not in order at `offset` is an interrupted write, which was never acknowledged. */
  async isInterruptedAt(offset: number): Promise<boolean> {
    return isInterruptedWrite(await this.rest(offset), offset, this.base + offset);
  }

  /** Bytes from `offset` to the end of the file. */
  private async rest(offset: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, this.size - offset));
    return bytes.subarray(0, await this.ops.read(this.fd, bytes, 0, bytes.length, offset));
  }

  /** The seal at the end of the file, or undefined where there is none in order. */
  async seal(): Promise<Seal | undefined> {
    const offset = this.size - SEAL_BYTES;
    return offset < SEGMENT_HEADER_BYTES ? undefined : readSeal(await this.rest(offset), 0, this.base + offset);
  }

  /** Makes what was read of the file durable, whoever wrote it. */
  async sync(): Promise<void> {
    await this.ops.fdatasync(this.fd);
  }

  readThrough(bytes: number, use: ChunkUse): Promise<void> {
    return readThrough(this.ops, this.fd, bytes, use);
  }

  /** Throws LogDamagedError naming the place where the file is not what was sealed. */
  async checkContent(seal: Seal): Promise<void> {
    let crc = 0;
    await this.readThrough(this.size - SEAL_BYTES, (chunk) => void (crc = crc32(chunk, crc)));
    if (crc !== seal.contentCrc) throw await this.damage();
  }

  /** What is wrong with a segment that ought to be sealed and in order. */
  async damage(): Promise<LogDamagedError> {
    const end = await this.scan(NO_VISITOR);
    if (end.kind === 'bad') return new LogDamagedError(this.path, end.faultOffset, end.reason);
    if (end.kind === 'open') return new LogDamagedError(this.path, end.end, 'another segment follows and this one has no seal');
    return new LogDamagedError(this.path, 0, 'the content does not match the checksum in its seal');
  }
}
