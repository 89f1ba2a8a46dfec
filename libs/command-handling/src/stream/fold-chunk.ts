import { createHash } from 'node:crypto';
import type { BookDelta } from '@ledger/fund-ledger';

// A chunk: how many bytes of text, how many words of references, how many of places (three 32-bit numbers, little end
// first), then the three one after another.

const HEADER_BYTES = 12;
const WORD_BYTES = 4;

export function chunkOf({ text, references, places }: BookDelta): Buffer {
  const body = Buffer.from(text, 'utf8');
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt32LE(references.length, 4);
  header.writeUInt32LE(places.length, 8);
  return Buffer.concat([header, body, bytesOf(references), bytesOf(places)]);
}

/** What `chunkOf` made. For bytes whose seal was checked. */
export function deltaOf(chunk: Buffer): BookDelta {
  const textEnd = HEADER_BYTES + chunk.readUInt32LE(0);
  const referencesEnd = textEnd + chunk.readUInt32LE(4) * WORD_BYTES;
  return {
    text: chunk.toString('utf8', HEADER_BYTES, textEnd),
    references: wordsOf(chunk.subarray(textEnd, referencesEnd)),
    places: wordsOf(chunk.subarray(referencesEnd, referencesEnd + chunk.readUInt32LE(8) * WORD_BYTES)),
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
