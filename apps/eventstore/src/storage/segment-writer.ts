import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { rename } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { LogPosition } from './event-log.js';
import type { FileOps } from './file-ops.js';
import { RoomAhead, type RoomWanted } from './room-ahead.js';
import { SEAL_BYTES, SEGMENT_HEADER_BYTES, encodeSeal, encodeSegmentHeader, type Seal } from './segment-format.js';

const CHUNK_BYTES = 4 << 20;

/** A running checksum and digest of a segment's bytes. */
export class ContentDigest {
  private readonly hash = createHash('sha256');
  crc = 0;

  update(bytes: Buffer): void {
    this.crc = crc32(bytes, this.crc);
    this.hash.update(bytes);
  }

  digest(): Buffer {
    return this.hash.copy().digest();
  }
}

/** The chunk is valid until the call is over. */
export type ChunkUse = (chunk: Buffer) => void | Promise<void>;

/** Hands the first `bytes` of a file to `use` chunk by chunk; the next one is read meanwhile. */
export async function readThrough(ops: FileOps, fd: number, bytes: number, use: ChunkUse): Promise<void> {
  const chunkBytes = Math.min(CHUNK_BYTES, bytes);
  const chunks = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)] as const;
  const fetch = async (at: number, into: Buffer): Promise<Buffer> => {
    const wanted = Math.min(CHUNK_BYTES, bytes - at);
    const read = await ops.read(fd, into, 0, wanted, at);
    if (read < wanted) throw new Error('the file became shorter while it was read');
    return into.subarray(0, read);
  };
  let next = fetch(0, chunks[0]);
  for (let at = 0, turn = 0; at < bytes; at += CHUNK_BYTES, turn = 1 - turn) {
    const chunk = await next;
    if (at + CHUNK_BYTES < bytes) next = fetch(at + CHUNK_BYTES, turn === 0 ? chunks[1] : chunks[0]);
    await use(chunk);
  }
}

/** The digest of the first `bytes` of a file. */
export async function digestOfFile(ops: FileOps, fd: number, bytes: number): Promise<ContentDigest> {
  const content = new ContentDigest();
  await readThrough(ops, fd, bytes, (chunk) => content.update(chunk));
  return content;
}

/** A segment that was found to be in order. */
export interface ResumedSegment {
  base: LogPosition;
  /** Bytes up to the end of the last append. */
  size: number;
  /** Bytes of the file: behind `size` all are zeros. */
  fileBytes: number;
  records: number;
  appends: number;
}

/** The file that appends go to, until it is sealed. */
export class SegmentWriter {
  private failed = false;
  private closed = false;

  private constructor(
    private readonly ops: FileOps,
    private readonly fd: number,
    private readonly room: RoomAhead,
    private readonly content: ContentDigest,
    readonly base: LogPosition,
    private size: number,
    private records: number,
    private appends: number,
  ) {}

  /** The file appears with its whole header or not at all. */
  static async create(ops: FileOps, path: string, base: LogPosition, logId: Buffer): Promise<SegmentWriter> {
    const header = encodeSegmentHeader({ logId, base });
    const temporary = `${path}.new`;
    const fd = await ops.open(temporary, 'w+');
    await ops.write(fd, header, 0, header.length, 0);
    await ops.fsync(fd);
    await rename(temporary, path);
    await syncFolder(ops, dirname(path));
    const content = new ContentDigest();
    content.update(header);
    return new SegmentWriter(ops, fd, new RoomAhead(ops, path, SEGMENT_HEADER_BYTES), content, base, SEGMENT_HEADER_BYTES, 0, 0);
  }

  /** Goes on after the last append. Whoever was killed may not have come to making it durable: that is done first. */
  static async resume(ops: FileOps, path: string, found: ResumedSegment): Promise<SegmentWriter> {
    const { base, size, fileBytes, records, appends } = found;
    const fd = await ops.open(path, 'r+');
    await ops.fdatasync(fd);
    const content = await digestOfFile(ops, fd, size);
    return new SegmentWriter(ops, fd, new RoomAhead(ops, path, fileBytes), content, base, size, records, appends);
  }

  /** Position after the last append. */
  get end(): LogPosition {
    return this.base + this.size;
  }

  /** Writes `bytes` of whole appends at the end; not durable before `sync`. */
  async write(buffer: Buffer, bytes: number, records: number, appends: number): Promise<void> {
    await this.room.clearUpTo(this.size + bytes);
    const written = this.ops.write(this.fd, buffer, 0, bytes, this.size);
    this.content.update(buffer.subarray(0, bytes));
    await this.orFail(written);
    this.size += bytes;
    this.records += records;
    this.appends += appends;
  }

  sync(): Promise<void> {
    return this.orFail(this.ops.fdatasync(this.fd));
  }

  /** Has room made for the appends to come; see RoomAhead.extend. */
  makeRoom(limit: number, take: RoomWanted['take']): Promise<void> | undefined {
    return this.room.extend({ size: this.size, limit, logBytes: this.end, take });
  }

  /** Ends the segment for good; everything in it is durable already. */
  async seal(): Promise<Seal> {
    const seal = {
      position: this.base + this.size,
      records: this.records,
      appends: this.appends,
      contentCrc: this.content.crc,
      digest: this.content.digest(),
    };
    // The file has its exact size before it has a seal: no crash can leave anything behind one.
    if (await this.giveRoomBack()) await this.sync();
    await this.orFail(this.ops.write(this.fd, encodeSeal(seal), 0, SEAL_BYTES, this.size));
    await this.orFail(this.ops.fsync(this.fd));
    this.size += SEAL_BYTES;
    this.closed = true;
    await this.ops.close(this.fd);
    return seal;
  }

  /** Leaves a file that ends with its last append, unless the disk failed: then only opening the log may judge it. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    try {
      await this.room.settled();
      if (!this.failed) await this.giveRoomBack();
    } finally {
      await this.ops.close(this.fd);
    }
  }

  private async giveRoomBack(): Promise<boolean> {
    await this.room.settled();
    if (this.room.reached <= this.size) return false;
    await this.orFail(this.ops.truncate(this.fd, this.size));
    return true;
  }

  private orFail<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      this.failed = true;
      throw error;
    });
  }
}

/** Makes file names in a folder durable. */
export async function syncFolder(ops: FileOps, folder: string): Promise<void> {
  const fd = await ops.open(folder, 'r');
  try {
    await ops.fsync(fd);
  } finally {
    await ops.close(fd);
  }
}
