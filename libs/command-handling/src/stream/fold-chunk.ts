import { createHash } from 'node:crypto';
import type { BookDelta } from '@ledger/fund-ledger';

// A chunk: how many bytes of text, how many words of scholarships, of references, of places (four 32-bit numbers, little
// end first), then the four one after another.

const HEADER_BYTES = 16;
const WORD_BYTES = 4;

export function chunkOf({ text, scholarships, references, places }: BookDelta): Buffer {
  const body = Buffer.from(text, 'utf8');
  const header = Buffer.alloc(HEADER_BYTES);
  [body, scholarships, references, places].forEach(({ length }, at) => header.writeUInt32LE(length, at * WORD_BYTES));
  return Buffer.concat([header, body, bytesOf(scholarships), bytesOf(references), bytesOf(places)]);
}

/** What `chunkOf` made. For bytes whose seal was checked. */
export function deltaOf(chunk: Buffer): BookDelta {
  const textEnd = HEADER_BYTES + chunk.readUInt32LE(0);
  let at = textEnd;
  const next = (count: number): Uint32Array => wordsOf(chunk.subarray(at, (at += count * WORD_BYTES)));
  return {
    text: chunk.toString('utf8', HEADER_BYTES, textEnd),
    scholarships: next(chunk.readUInt32LE(WORD_BYTES)), references: next(chunk.readUInt32LE(2 * WORD_BYTES)), places: next(chunk.readUInt32LE(3 * WORD_BYTES)),
  };
}

/** One hash over all chunks so far, in their order. `before` is '' for the first. */
export function chained(before: string, chunk: Buffer): string {
  return createHash('sha256').update(before).update(chunk).digest('hex');
}

function bytesOf(words: Uint32Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}

/** A copy, since words have to begin at a multiple of four. */
function wordsOf(bytes: Buffer): Uint32Array {
  const words = new Uint32Array(bytes.length / WORD_BYTES);
  bytesOf(words).set(bytes);
  return words;
}
