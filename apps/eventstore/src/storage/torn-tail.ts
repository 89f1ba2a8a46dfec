import type { LogPosition } from './event-log.js';
import {
  APPEND_HEADER_BYTES, APPEND_MAGIC, SEAL_BYTES, SEAL_MAGIC, readAppendHeader, readSeal,
} from './segment-format.js';
import { appendFault, isAllZeros } from './segment-scan.js';

const SECTOR_BYTES = 512;
/** Zero bytes that make a part of a sector look never written; shorter runs occur in ordinary data. */
const SMALLEST_HOLE = 16;
/** The last byte of an append is never zero (it ends a varint), and one changed bit makes no more than one byte zero. */
const SMALLEST_MISSING_END = 2;

/**
 * Whether the bytes from an append that is not in order to the end of the last segment are an interrupted write,
 * which nobody was told of and which may be cut off. Everything else is damage and must not be touched.
 *
 * An interrupted write leaves the file short, or leaves zeros where it did not come to: whole sectors, or all from some
 * byte on. It does not change bytes that it wrote. And it is the last write: where anything behind it was begun after it was on disk, it had been complete.
 *
 * @param rest  the file from the append on
 * @param offset  where that is in the file
 * @param position  where that is in the log
 */
export function isInterruptedWrite(rest: Buffer, offset: number, position: LogPosition): boolean {
  return !wasCompletedBeforeALaterWrite(rest, position) && looksUnfinished(rest, offset, position);
}

function wasCompletedBeforeALaterWrite(rest: Buffer, position: LogPosition): boolean {
  for (const at of occurrences(rest, APPEND_MAGIC)) {
    const header = at === 0 ? undefined : readAppendHeader(rest, at, position + at);
    if (header !== undefined && header.flushStart > position) return true;
  }
  for (const at of occurrences(rest, SEAL_MAGIC)) {
    if (at > 0 && readSeal(rest, at, position + at) !== undefined) return true;
  }
  return false;
}

function* occurrences(bytes: Buffer, magic: number): Generator<number> {
  const pattern = Buffer.alloc(4);
  pattern.writeUInt32LE(magic);
  for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) yield at;
}

function looksUnfinished(rest: Buffer, offset: number, position: LogPosition): boolean {
  if (rest.length < APPEND_HEADER_BYTES) return true;
  if (rest.readUInt32LE(0) === SEAL_MAGIC) return rest.length < SEAL_BYTES || hasHole(rest, 0, SEAL_BYTES, offset);
  const header = readAppendHeader(rest, 0, position);
  if (header === undefined) return isAllZeros(rest.subarray(APPEND_HEADER_BYTES)) || hasHole(rest, 0, APPEND_HEADER_BYTES, offset);
  const end = APPEND_HEADER_BYTES + header.bodyBytes;
  if (end > rest.length) return true;
  const fault = appendFault(rest, 0, header);
  if (fault === undefined) return false;
  return isAllZeros(rest.subarray(end - SMALLEST_MISSING_END)) || hasHole(rest, fault.at, end, offset);
}

/** Whether a sector that has bytes of rest[from, to) is all zeros, as far as it lies behind `from`. */
function hasHole(rest: Buffer, from: number, to: number, offset: number): boolean {
  let at = from;
  while (at < Math.min(to, rest.length)) {
    const next = at + SECTOR_BYTES - ((offset + at) % SECTOR_BYTES);
    const sector = rest.subarray(at, next);
    // However short: an append does not begin with a zero.
    if ((at === 0 || sector.length >= SMALLEST_HOLE) && isAllZeros(sector)) return true;
    at = next;
  }
  return false;
}
