import { close, fdatasync, fsync, ftruncate, open, read, readSync, statfs, write } from 'node:fs';
import { promisify } from 'node:util';

/** The file calls the log makes while it serves; tests put failing disks in their place. */
export interface FileOps {
  open(path: string, flags: string): Promise<number>;
  close(fd: number): Promise<void>;
  /** Writes all `length` bytes at `position`, or rejects. */
  write(fd: number, buffer: Buffer, offset: number, length: number, position: number): Promise<void>;
  fdatasync(fd: number): Promise<void>;
  fsync(fd: number): Promise<void>;
  truncate(fd: number, bytes: number): Promise<void>;
  /** Bytes read; fewer than `length` only at the end of the file. */
  read(fd: number, buffer: Buffer, offset: number, length: number, position: number): Promise<number>;
  readSync(fd: number, buffer: Buffer, offset: number, length: number, position: number): number;
  /** Bytes an ordinary user may still write on the disk of `path`. */
  freeBytes(path: string): Promise<number>;
}

const openFile = promisify(open);
const statDisk = promisify(statfs);

function writeOnce(fd: number, buffer: Buffer, offset: number, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, buffer, offset, length, position, (error, written) => (error ? reject(error) : resolve(written)));
  });
}

function readOnce(fd: number, buffer: Buffer, offset: number, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, offset, length, position, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}

export const nodeFileOps: FileOps = {
  open: (path, flags) => openFile(path, flags),
  close: promisify(close),
  fdatasync: promisify(fdatasync),
  fsync: promisify(fsync),
  truncate: promisify(ftruncate),
  readSync: (fd, buffer, offset, length, position) => readSync(fd, buffer, offset, length, position),

  async write(fd, buffer, offset, length, position) {
    let done = 0;
    while (done < length) {
      const written = await writeOnce(fd, buffer, offset + done, length - done, position + done);
      if (written === 0) throw new Error('the disk accepted no bytes');
      done += written;
    }
  },

  async read(fd, buffer, offset, length, position) {
    let done = 0;
    while (done < length) {
      const bytes = await readOnce(fd, buffer, offset + done, length - done, position + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  },

  async freeBytes(path) {
    const disk = await statDisk(path);
    return disk.bavail * disk.bsize;
  },
};
