import { existsSync, fstatSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { LogPosition } from './event-log.js';
import { nodeFileOps, type FileOps } from './file-ops.js';
import type { SegmentColumns, SegmentEvents } from './segment-columns.js';
import { getUint64, putUint64, type Seal } from './segment-format.js';

/**
 * The index of one sealed segment, beside it as `segment-….idx`: saves reading the segment when the log is opened.
 * It is derived and never trusted: whatever does not fit the segment's seal and its own checksum is built again.
 */
const MAGIC = Buffer.from('SOQUYIDX', 'latin1');
const VERSION = 1;
const HEADER_BYTES = 96;

export function encodeSegmentIndex(columns: SegmentColumns, seal: Seal): Buffer {
  const names = columns.names.map((name) => Buffer.from(name, 'utf8'));
  const nameBytes = names.reduce((sum, name) => sum + 2 + name.length, 0);
  const { events, tombstones } = columns;
  const bytes = Buffer.alloc(HEADER_BYTES + events * 24 + tombstones.length * 4 + nameBytes);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(VERSION, 8);
  putUint64(bytes, columns.base, 16);
  putUint64(bytes, columns.firstEvent, 24);
  bytes.writeUInt32LE(events, 32);
  bytes.writeUInt32LE(columns.firstStream, 36);
  bytes.writeUInt32LE(names.length, 40);
  bytes.writeUInt32LE(nameBytes, 44);
  bytes.writeUInt32LE(tombstones.length, 48);
  seal.digest.copy(bytes, 64);
  let at = HEADER_BYTES;
  for (let i = 0; i < events; i++) at = bytes.writeUInt32LE(columns.offsetAt(i), at);
  for (let i = 0; i < events; i++) at = bytes.writeUInt32LE(columns.streamAt(i), at);
  at += columns.ids.copy(bytes, at, 0, events * 16);
  for (const index of tombstones) at = bytes.writeUInt32LE(index, at);
  for (const name of names) {
    at = bytes.writeUInt16LE(name.length, at);
    at += name.copy(bytes, at);
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}

/** Where in the log a segment is: an index file of another place does not fit. */
export interface SegmentPlace {
  base: LogPosition;
  firstEvent: number;
  firstStream: number;
}

/** An index file's content; reads the numbers where they lie, as ten million of them are read when a log is opened. */
export class StoredSegmentIndex implements SegmentEvents {
  readonly events: number;
  readonly ids: Buffer;
  readonly tombstones: readonly number[];
  readonly names: readonly string[];

  private constructor(private readonly bytes: Buffer) {
    this.events = bytes.readUInt32LE(32);
    const idsAt = HEADER_BYTES + this.events * 8;
    const tombstonesAt = idsAt + this.events * 16;
    const tombstones = bytes.readUInt32LE(48);
    this.ids = bytes.subarray(idsAt, tombstonesAt);
    this.tombstones = Array.from({ length: tombstones }, (_, i) => bytes.readUInt32LE(tombstonesAt + i * 4));
    this.names = readNames(bytes, tombstonesAt + tombstones * 4, bytes.readUInt32LE(40));
  }

  /** Undefined where the bytes are not the index of the segment with this seal at this place in the log. */
  static decode(bytes: Buffer, seal: Seal, place: SegmentPlace): StoredSegmentIndex | undefined {
    if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC) || bytes.readUInt32LE(8) !== VERSION) return undefined;
    if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16)) || !bytes.subarray(64, 96).equals(seal.digest)) return undefined;
    if (getUint64(bytes, 16) !== place.base || getUint64(bytes, 24) !== place.firstEvent) return undefined;
    return bytes.readUInt32LE(36) === place.firstStream ? new StoredSegmentIndex(bytes) : undefined;
  }

  offsetAt(index: number): number {
    return this.bytes.readUInt32LE(HEADER_BYTES + index * 4);
  }

  streamAt(index: number): number {
    return this.bytes.readUInt32LE(HEADER_BYTES + (this.events + index) * 4);
  }
}

function readNames(bytes: Buffer, from: number, count: number): string[] {
  const names: string[] = [];
  let at = from;
  for (let left = count; left > 0; left--) {
    const length = bytes.readUInt16LE(at);
    names.push(bytes.toString('utf8', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return names;
}

/** Writes the file beside its segment; it appears whole or not at all. */
export async function writeSegmentIndex(ops: FileOps, path: string, columns: SegmentColumns, seal: Seal): Promise<void> {
  const bytes = encodeSegmentIndex(columns, seal);
  const fd = await ops.open(`${path}.new`, 'w');
  try {
    await ops.write(fd, bytes, 0, bytes.length, 0);
    await ops.fdatasync(fd);
  } finally {
    await ops.close(fd);
  }
  await rename(`${path}.new`, path);
}

/** The file's bytes; undefined where there is none. */
export async function readIndexFile(path: string): Promise<Buffer | undefined> {
  if (!existsSync(path)) return undefined;
  const fd = await nodeFileOps.open(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.allocUnsafeSlow(size);
    return bytes.subarray(0, await nodeFileOps.read(fd, bytes, 0, size, 0));
  } finally {
    await nodeFileOps.close(fd);
  }
}
