import { createCipheriv, createDecipheriv, randomBytes, type Cipher } from 'node:crypto';
import { folderSource, type SetSource } from '@ledger/dataset';

// A stream cipher: a file keeps its length and can be read while it is decrypted. Nobody but this process reads it.
const ALGORITHM = 'aes-256-ctr';
const KEY_BYTES = 32;
const NONCE_BYTES = 16;

/**
 * The files of an upload name people, and a disk keeps what was deleted: they are written sealed under a key that is in
 * the memory of this process only, and is gone with the upload.
 */
export class UploadSeal {
  private readonly key = randomBytes(KEY_BYTES);
  private readonly nonces = new Map<string, Buffer>();

  /** What the bytes of a file go through on their way to the disk; once for each name. */
  sealing(name: string): Cipher {
    const nonce = randomBytes(NONCE_BYTES);
    this.nonces.set(name, nonce);
    return createCipheriv(ALGORITHM, this.key, nonce);
  }

  /** The files in that folder as they were sent. */
  source(folder: string): SetSource {
    const sealed = folderSource(folder);
    return {
      open: async (name) => {
        const file = await sealed.open(name);
        const nonce = this.nonces.get(name);
        return file.kind === 'found' && nonce ? { ...file, read: () => this.opened(file.read(), nonce) } : file;
      },
    };
  }

  private async *opened(chunks: AsyncIterable<Buffer>, nonce: Buffer): AsyncIterable<Buffer> {
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce);
    for await (const chunk of chunks) yield decipher.update(chunk);
  }
}
