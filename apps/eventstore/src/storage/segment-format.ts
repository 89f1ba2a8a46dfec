import { crc32 } from 'node:zlib';
import type { LogPosition } from './event-log.js';

/**
 * The bytes of a segment file; docs/eventstore.md describes the same for other languages. All integers little-endian.
 *
 *   segment header (64) · appends … · seal (64, only in a sealed segment)
 *   append = append header (32) · records …        record = record header (64) · gRPC frame
 */
export const SEGMENT_HEADER_BYTES = 64;
export const APPEND_HEADER_BYTES = 32;
export const RECORD_HEADER_BYTES = 64;
export const SEAL_BYTES = 64;

const FORMAT_VERSION = 1;
const SEGMENT_MAGIC = Buffer.from('SOQUYLOG', 'latin1');
export const APPEND_MAGIC = 0x31415153; // "SQA1"
export const SEAL_MAGIC = 0x31535153; // "SQS1"

const TWO_32 = 0x1_0000_0000;

export function putUint64(target: Buffer, value: number, at: number): void {
  target.writeUInt32LE(value % TWO_32, at);
  target.writeUInt32LE(Math.floor(value / TWO_32), at + 4);
}

/** Rounds above 2^53: only ever compared there. */
export function getUint64(source: Buffer, at: number): number {
  return source.readUInt32LE(at) + source.readUInt32LE(at + 4) * TWO_32;
}

export interface SegmentHeader {
  logId: Buffer;
  base: LogPosition;
}

/** A log's name as text: a UUID, given when the log was created; a restored copy keeps it. */
export function logIdText(logId: Buffer): string {
  return logId.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  SEGMENT_MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  header.logId.copy(bytes, 16);
  putUint64(bytes, header.base, 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}

/** The header, or a sentence saying what is wrong with it. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | string {
  if (bytes.length < SEGMENT_HEADER_BYTES) return 'the file is shorter than a segment header';
  if (!bytes.subarray(0, 8).equals(SEGMENT_MAGIC)) return 'it does not begin with the magic of a segment';
  const version = bytes.readUInt32LE(8);
  if (version !== FORMAT_VERSION) return `format version ${version} is not known, only ${FORMAT_VERSION} is`;
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16, SEGMENT_HEADER_BYTES))) return 'the segment header does not match its checksum';
  return { logId: Buffer.from(bytes.subarray(16, 32)), base: getUint64(bytes, 32) };
}

export interface AppendHeader {
  position: LogPosition;
  /** Where the write began that this append was part of: everything before it was on disk by then. */
  flushStart: LogPosition;
  bodyBytes: number;
  records: number;
}

export function writeAppendHeader(target: Buffer, at: number, header: AppendHeader): void {
  target.writeUInt32LE(APPEND_MAGIC, at);
  putUint64(target, header.position, at + 8);
  putUint64(target, header.flushStart, at + 16);
  target.writeUInt32LE(header.bodyBytes, at + 24);
  target.writeUInt32LE(header.records, at + 28);
  target.writeUInt32LE(crc32(target.subarray(at + 8, at + APPEND_HEADER_BYTES)), at + 4);
}

/** The header at `at`, or undefined where the bytes are not one that was written for `position`. */
export function readAppendHeader(source: Buffer, at: number, position: LogPosition): AppendHeader | undefined {
  if (at + APPEND_HEADER_BYTES > source.length || source.readUInt32LE(at) !== APPEND_MAGIC) return undefined;
  if (source.readUInt32LE(at + 4) !== crc32(source.subarray(at + 8, at + APPEND_HEADER_BYTES))) return undefined;
  if (getUint64(source, at + 8) !== position) return undefined;
  return {
    position,
    flushStart: getUint64(source, at + 16),
    bodyBytes: source.readUInt32LE(at + 24),
    records: source.readUInt32LE(at + 28),
  };
}

export interface Seal {
  position: LogPosition;
  records: number;
  appends: number;
  /** CRC-32 of every byte of the file before the seal. */
  contentCrc: number;
  /** SHA-256 of the same. */
  digest: Buffer;
}

export function encodeSeal(seal: Seal): Buffer {
  const bytes = Buffer.alloc(SEAL_BYTES);
  bytes.writeUInt32LE(SEAL_MAGIC, 0);
  putUint64(bytes, seal.position, 8);
  bytes.writeUInt32LE(seal.records, 16);
  bytes.writeUInt32LE(seal.appends, 20);
  bytes.writeUInt32LE(seal.contentCrc, 24);
  seal.digest.copy(bytes, 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  return bytes;
}

/** The seal at `at`, or undefined where the bytes are not one that was written for `position`. */
export function readSeal(source: Buffer, at: number, position: LogPosition): Seal | undefined {
  if (at + SEAL_BYTES > source.length || source.readUInt32LE(at) !== SEAL_MAGIC) return undefined;
  if (source.readUInt32LE(at + 4) !== crc32(source.subarray(at + 8, at + SEAL_BYTES))) return undefined;
  if (getUint64(source, at + 8) !== position) return undefined;
  return {
    position,
    records: source.readUInt32LE(at + 16),
    appends: source.readUInt32LE(at + 20),
    contentCrc: source.readUInt32LE(at + 24),
    digest: Buffer.from(source.subarray(at + 32, at + SEAL_BYTES)),
  };
}

const FILE_NAME = /^segment-(\d{16})\.log$/;

/** Named by the log position of its first byte, so that a listing is in log order. */
export function segmentFileName(base: LogPosition): string {
  return `segment-${String(base).padStart(16, '0')}.log`;
}

export function segmentIndexFileName(base: LogPosition): string {
  return `segment-${String(base).padStart(16, '0')}.idx`;
}

/** The position in a segment's file name, or undefined for any other file. */
export function baseOfFileName(name: string): LogPosition | undefined {
  const digits = FILE_NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
