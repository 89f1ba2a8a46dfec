import type { LogPosition } from './event-log.js';
import type { FileOps } from './file-ops.js';
import {
  APPEND_HEADER_BYTES, SEAL_BYTES, SEAL_MAGIC, SEGMENT_HEADER_BYTES, readAppendHeader, readSeal, type AppendHeader, type Seal,
} from './segment-format.js';
import { recordFault, recordLength } from './stored-record.js';

const CHUNK_BYTES = 4 << 20;

/** Told of every append whose bytes are all in order. Buffers are valid during the call only. */
export interface ScanVisitor {
  /** Returns a sentence where the append contradicts what came before it. */
  append?(header: AppendHeader): string | undefined;
  record(source: Buffer, at: number, position: LogPosition): string | undefined;
}

export type ScanEnd =
  | { kind: 'sealed'; seal: Seal }
  /** `end` is the file offset after the last append; what follows, if anything, are `zeros`: room for the next ones. */
  | { kind: 'open'; end: number; zeros: number }
  /**
   * `offset` is where the append begins that is not in order, `faultOffset` the exact place. `contradicts`: its bytes
   * are those that were written, but they do not continue what came before.
   */
  | { kind: 'bad'; offset: number; faultOffset: number; reason: string; contradicts: boolean };

interface AppendFault {
  /** Offset in the append. */
  at: number;
  reason: string;
}

/** A window on a file that slides forward and grows to hold what is asked for. */
class FileWindow {
  buffer: Buffer;
  private start = 0;
  private filled = 0;

  constructor(
    private readonly ops: FileOps,
    private readonly fd: number,
    private readonly size: number,
  ) {
    this.buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, size));
  }

  /** Bytes at hand from `offset` on. */
  available(offset: number): number {
    return this.start + this.filled - offset;
  }

  indexOf(offset: number): number {
    return offset - this.start;
  }

  /** The bytes read so far: reading beyond them would see an older window. */
  get view(): Buffer {
    return this.buffer.subarray(0, this.filled);
  }

  /** Makes `bytes` from `offset` available, or as many as the file has. */
  async load(offset: number, bytes: number): Promise<void> {
    const kept = Math.max(0, this.available(offset));
    const capacity = Math.max(this.buffer.length, bytes);
    const source = this.buffer;
    if (capacity > source.length) this.buffer = Buffer.allocUnsafeSlow(capacity);
    source.copy(this.buffer, 0, this.indexOf(offset), this.indexOf(offset) + kept);
    this.start = offset;
    const wanted = Math.min(capacity, this.size - offset);
    this.filled = kept + (await this.ops.read(this.fd, this.buffer, kept, wanted - kept, offset + kept));
  }
}

/** Reads a segment from the append at `from` to the first thing that is not in order, or to `size`. */
export async function scanSegment(
  ops: FileOps, fd: number, size: number, base: LogPosition, visitor: ScanVisitor, from = SEGMENT_HEADER_BYTES,
): Promise<ScanEnd> {
  const window = new FileWindow(ops, fd, size);
  await window.load(from, SEAL_BYTES);
  let at = from;
  while (at < size) {
    if (window.available(at) < SEAL_BYTES) await window.load(at, SEAL_BYTES);
    const index = window.indexOf(at);
    const view = window.view;
    if (view.length >= index + 4 && view.readUInt32LE(index) === SEAL_MAGIC) return sealAt(view, index, at, base, size);
    const header = readAppendHeader(view, index, base + at);
    if (header === undefined) {
      if (await onlyZerosFollow(window, at, size)) return { kind: 'open', end: at, zeros: size - at };
      return bad(at, { at: 0, reason: 'no append header is here' });
    }
    const bytes = APPEND_HEADER_BYTES + header.bodyBytes;
    if (at + bytes > size) return bad(at, { at: 0, reason: 'the file ends within an append' });
    if (window.available(at) < bytes) await window.load(at, bytes);
    const fault = appendFault(window.view, window.indexOf(at), header);
    if (fault !== undefined) return bad(at, fault);
    const contradiction = visitAppend(window.view, window.indexOf(at), header, visitor);
    if (contradiction !== undefined) return bad(at, contradiction, true);
    at += bytes;
  }
  return { kind: 'open', end: at, zeros: 0 };
}

function bad(offset: number, fault: AppendFault, contradicts = false): ScanEnd {
  return { kind: 'bad', offset, faultOffset: offset + fault.at, reason: fault.reason, contradicts };
}

async function onlyZerosFollow(window: FileWindow, at: number, size: number): Promise<boolean> {
  let from = at;
  while (from < size) {
    if (window.available(from) <= 0) await window.load(from, 1);
    const bytes = window.view.subarray(window.indexOf(from));
    if (bytes.length === 0) return true; // the file became shorter: its writer cut the zeros off
    if (!isAllZeros(bytes)) return false;
    from += bytes.length;
  }
  return true;
}

/** No bytes at all are zeros, too. */
export function isAllZeros(bytes: Buffer): boolean {
  // Each byte is that before it: one comparison by the processor's own means instead of a call for each byte.
  return bytes.length === 0 || (bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, -1)));
}

function sealAt(view: Buffer, index: number, at: number, base: LogPosition, size: number): ScanEnd {
  const seal = readSeal(view, index, base + at);
  if (seal === undefined) return bad(at, { at: 0, reason: 'the seal is not in order' });
  if (at + SEAL_BYTES !== size) return bad(at, { at: SEAL_BYTES, reason: 'bytes follow the seal' });
  return { kind: 'sealed', seal };
}

/** Tells the visitor of an append that is in order. */
function visitAppend(source: Buffer, at: number, header: AppendHeader, visitor: ScanVisitor): AppendFault | undefined {
  const contradiction = visitor.append?.(header);
  if (contradiction !== undefined) return { at: 0, reason: contradiction };
  const end = at + APPEND_HEADER_BYTES + header.bodyBytes;
  for (let record = at + APPEND_HEADER_BYTES; record < end; record += recordLength(source, record)) {
    const reason = visitor.record(source, record, header.position + record - at);
    if (reason !== undefined) return { at: record - at, reason };
  }
  return undefined;
}

/** The first record of an append that is not in order; the append's bytes are all in `source`. */
export function appendFault(source: Buffer, at: number, header: AppendHeader): AppendFault | undefined {
  const end = at + APPEND_HEADER_BYTES + header.bodyBytes;
  let record = at + APPEND_HEADER_BYTES;
  let records = 0;
  while (record < end) {
    const reason = recordFault(source, record, end);
    if (reason !== undefined) return { at: record - at, reason };
    record += recordLength(source, record);
    records++;
  }
  return records === header.records ? undefined : { at: 0, reason: `an append of ${header.records} records holds ${records}` };
}
