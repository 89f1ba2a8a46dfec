import { isUtf8 } from 'node:buffer';
import { LIMITS, type Limits } from './limits.js';

/** What was found wrong with a line's bytes. */
export type BrokenText = 'text_is_not_utf8' | 'text_has_nul';

/** Consecutive lines, without their line feeds; a carriage return at a line's end is still there. */
export interface LineBlock {
  /** Number of the first line; the file's first line is 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** By line number. Such lines are decoded with U+FFFD in the place of what is broken. */
  readonly broken: ReadonlyMap<number, BrokenText>;
}

/** Thrown inside the reader and turned into a fault there: a line longer than any row may be. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
  constructor(readonly line: number) {
    super(`line ${line} is too long`);
  }
}

const LINE_FEED = 0x0a;
const NONE: ReadonlyMap<number, BrokenText> = new Map();
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts a byte stream into decoded lines. Memory is bounded by one chunk and one line: a line over the limit throws
 * LineTooLong. A byte-order mark at the very beginning is dropped.
 */
export async function* textLines(bytes: AsyncIterable<Buffer>, limits: Limits = LIMITS): AsyncGenerator<LineBlock> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 1;
  let started = false;
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end < 0) {
      rest.push(chunk);
      restBytes += chunk.length;
      if (restBytes > limits.rowCharacters * 4) throw new LineTooLong(line);
      continue;
    }
    const block = decoded(withoutMark(Buffer.concat([...rest, chunk.subarray(0, end)]), started), line);
    started = true;
    rest = [chunk.subarray(end + 1)];
    restBytes = chunk.length - end - 1;
    line += block.lines.length;
    yield block;
  }
  const last = withoutMark(Buffer.concat(rest), started);
  if (last.length > 0) yield decoded(last, line);
}

function withoutMark(bytes: Buffer, started: boolean): Buffer {
  return !started && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
}

function decoded(bytes: Buffer, firstLine: number): LineBlock {
  const sound = isUtf8(bytes) && !bytes.includes(0);
  const lines = bytes.toString('utf8').split('\n');
  return { firstLine, lines, broken: sound ? NONE : brokenLines(bytes, firstLine) };
}

function brokenLines(bytes: Buffer, firstLine: number): Map<number, BrokenText> {
  const broken = new Map<number, BrokenText>();
  let start = 0;
  for (let line = firstLine; start <= bytes.length; line += 1) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const part = bytes.subarray(start, feed < 0 ? bytes.length : feed);
    if (!isUtf8(part)) broken.set(line, 'text_is_not_utf8');
    else if (part.includes(0)) broken.set(line, 'text_has_nul');
    start += part.length + 1;
  }
  return broken;
}
