import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { invariant } from '@ledger/kernel';
import { openBytes, sealBytes } from '@ledger/privacy';

// A header line of JSON in the clear, then frames: four bytes of length, big end first, and AES-256-GCM of a piece. Each
// piece is bound to the header, to its place and to whether it is the last, so that none can be left out or moved.

const LARGEST_PIECE = 4 * 1024 * 1024;
const USUAL_PIECE = 512 * 1024;
/** Nonce and tag. */
const OVERHEAD = 28;
const LENGTH_BYTES = 4;
export const LARGEST_HEADER = 4_096;

const contextOf = (header: string, index: number, last: boolean): string =>
  `so-quy backup ${createHash('sha256').update(header).digest('hex')} ${index} ${last ? 'last' : 'more'}`;

/** The file is not as it was written, or the key is another. */
export class SealedFileBroken extends Error {
  override readonly name = 'SealedFileBroken';
}

/** Writes lines of text sealed; `end` must be called, or the file cannot be read. */
export class SealedWriter {
  private waiting = '';
  private index = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly header: string,
    private readonly key: Buffer,
  ) {}

  static async begin(file: FileHandle, header: object, key: Buffer): Promise<SealedWriter> {
    const text = JSON.stringify(header);
    await file.write(`${text}\n`);
    return new SealedWriter(file, text, key);
  }

  async line(text: string): Promise<void> {
    this.waiting += `${text}\n`;
    if (this.waiting.length >= USUAL_PIECE) await this.frame(false);
  }

  async end(): Promise<void> {
    await this.frame(true);
    await this.file.sync();
  }

  private async frame(last: boolean): Promise<void> {
    const plain = Buffer.from(this.waiting, 'utf8');
    invariant(plain.length <= LARGEST_PIECE, 'a line of a sealed file fits into one piece');
    const sealed = sealBytes(this.key, contextOf(this.header, this.index, last), plain);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length);
    await this.file.write(Buffer.concat([length, sealed]));
    this.waiting = '';
    this.index += 1;
  }
}

/** The header line, without its line feed. Throws SealedFileBroken. */
export async function readHeader(file: FileHandle): Promise<string> {
  const buffer = Buffer.alloc(LARGEST_HEADER);
  const { bytesRead } = await file.read(buffer, 0, LARGEST_HEADER, 0);
  const end = buffer.subarray(0, bytesRead).indexOf('\n');
  if (end < 0) throw new SealedFileBroken('it has no header');
  return buffer.toString('utf8', 0, end);
}

/** The lines, piece by piece. Throws SealedFileBroken, at the first piece where the key is wrong. */
export async function* readLines(file: FileHandle, header: string, key: Buffer): AsyncIterable<string[]> {
  const { size } = await file.stat();
  let at = Buffer.byteLength(header) + 1;
  for (let index = 0; at < size; index += 1) {
    const length = (await exactly(file, at, LENGTH_BYTES)).readUInt32BE();
    if (length > LARGEST_PIECE + OVERHEAD || at + LENGTH_BYTES + length > size) throw new SealedFileBroken('it is cut off');
    const sealed = await exactly(file, at + LENGTH_BYTES, length);
    at += LENGTH_BYTES + length;
    yield opened(key, contextOf(header, index, at === size), sealed).split('\n').filter((line) => line !== '');
  }
}

function opened(key: Buffer, context: string, sealed: Buffer): string {
  try {
    return openBytes(key, context, sealed).toString('utf8');
  } catch (error) {
    throw new SealedFileBroken('the passphrase or key file is another, or the file was changed', { cause: error });
  }
}

async function exactly(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  if (bytesRead !== length) throw new SealedFileBroken('it is cut off');
  return buffer;
}
