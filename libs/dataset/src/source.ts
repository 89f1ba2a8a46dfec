import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of a set, not read yet. */
export type SourceFile =
  | { readonly kind: 'found'; readonly bytes: number; readonly read: () => AsyncIterable<Buffer> }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Where the files of a set come from. */
export interface SetSource {
  /** `name` with its ending, as in donations.csv. */
  open(name: string): Promise<SourceFile>;
}

const CHUNK_BYTES = 256 * 1024;

export function folderSource(folder: string): SetSource {
  return {
    async open(name) {
      const path = join(folder, name);
      try {
        const found = await stat(path);
        if (!found.isFile()) return { kind: 'unreadable', why: 'not a regular file' };
        // A file that grows meanwhile is read as it was when it was opened.
        const end = Math.max(found.size - 1, 0);
        return { kind: 'found', bytes: found.size, read: () => createReadStream(path, { highWaterMark: CHUNK_BYTES, end }) };
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'unreadable', why: code ?? message };
      }
    },
  };
}
