import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { rename } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { LogPosition } from './event-log.js';
import type { FileOps } from './file-ops.js';
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

/** The file that appends go to, until it is sealed. */
export class SegmentWriter {
  private constructor(
    private readonly ops: FileOps,
    private readonly fd: number,
    readonly base: LogPosition,
    private readonly content: ContentDigest,
    private records: number,
    private appends: number,
    private size: number,
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
    return new SegmentWriter(ops, fd, base, content, 0, 0, SEGMENT_HEADER_BYTES);
  }

  /** Goes on after the first `size` bytes, which were found to be in order. */
  static async resume(ops: FileOps, path: string, base: LogPosition, size: number, records: number, appends: number): Promise<SegmentWriter> {
    const fd = await ops.open(path, 'r+');
    return new SegmentWriter(ops, fd, base, await digestOfFile(ops, fd, size), records, appends, size);
  }

  /** Position after the last byte written. */
  get end(): LogPosition {
    return this.base + this.size;
  }

  /** Writes `bytes` of whole appends at the end; not durable before `sync`. */
  async write(buffer: Buffer, bytes: number, records: number, appends: number): Promise<void> {
    await this.ops.write(this.fd, buffer, 0, bytes, this.size);
    this.content.update(buffer.subarray(0, bytes));
    this.size += bytes;
    this.records += records;
    this.appends += appends;
  }

  async sync(): Promise<void> {
    await this.ops.fdatasync(this.fd);
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
    await this.ops.write(this.fd, encodeSeal(seal), 0, SEAL_BYTES, this.size);
    await this.ops.fsync(this.fd);
    await this.ops.close(this.fd);
    this.size += SEAL_BYTES;
    return seal;
  }

  async close(): Promise<void> {
    await this.ops.close(this.fd);
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
