import { readFile, rename } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { FileOps } from './file-ops.js';
import { SegmentColumns } from './segment-columns.js';
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
  for (let i = 0; i < events; i++) at = bytes.writeUInt32LE(columns.offsets[i] ?? 0, at);
  for (let i = 0; i < events; i++) at = bytes.writeUInt32LE(columns.streams[i] ?? 0, at);
  at += columns.ids.copy(bytes, at, 0, events * 16);
  for (const index of tombstones) at = bytes.writeUInt32LE(index, at);
  for (const name of names) {
    at = bytes.writeUInt16LE(name.length, at);
    at += name.copy(bytes, at);
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}

/** Fills empty columns; undefined where the bytes are not the index of this segment at this place in the log. */
export function decodeSegmentIndex(bytes: Buffer, seal: Seal, columns: SegmentColumns): SegmentColumns | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC) || bytes.readUInt32LE(8) !== VERSION) return undefined;
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16)) || !bytes.subarray(64, 96).equals(seal.digest)) return undefined;
  if (getUint64(bytes, 16) !== columns.base || getUint64(bytes, 24) !== columns.firstEvent) return undefined;
  if (bytes.readUInt32LE(36) !== columns.firstStream) return undefined;
  const events = bytes.readUInt32LE(32);
  columns.events = events;
  columns.offsets = readColumn(bytes, HEADER_BYTES, events);
  columns.streams = readColumn(bytes, HEADER_BYTES + events * 4, events);
  const idsAt = HEADER_BYTES + events * 8;
  columns.ids = bytes.subarray(idsAt, idsAt + events * 16);
  const tombstonesAt = idsAt + events * 16;
  columns.tombstones.push(...readColumn(bytes, tombstonesAt, bytes.readUInt32LE(48)));
  let at = tombstonesAt + bytes.readUInt32LE(48) * 4;
  for (let left = bytes.readUInt32LE(40); left > 0; left--) {
    const length = bytes.readUInt16LE(at);
    columns.names.push(bytes.toString('utf8', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return columns;
}

function readColumn(bytes: Buffer, from: number, length: number): Uint32Array<ArrayBuffer> {
  const column = new Uint32Array(length);
  for (let i = 0; i < length; i++) column[i] = bytes.readUInt32LE(from + i * 4);
  return column;
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
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
