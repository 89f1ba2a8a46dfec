import { nodeFileOps, type FileOps } from '../file-ops.js';

/** The real disk until told to fail. */
export class FailingDisk implements FileOps {
  failWrite: Error | undefined;
  /** Bytes of the failing write that still reach the file. */
  tornBytes = 0;
  failSync: Error | undefined;
  /** Of files and folders, when a segment is sealed or begun. */
  failSeal: Error | undefined;
  free = Infinity;
  /** While set, fdatasync waits for it. */
  held: Promise<void> | undefined;

  open = nodeFileOps.open;
  close = nodeFileOps.close;
  read = nodeFileOps.read;
  readSync = nodeFileOps.readSync;
  truncate = nodeFileOps.truncate;

  async write(fd: number, buffer: Buffer, offset: number, length: number, position: number): Promise<void> {
    if (this.failWrite === undefined) return nodeFileOps.write(fd, buffer, offset, length, position);
    await nodeFileOps.write(fd, buffer, offset, Math.min(length, this.tornBytes), position);
    throw this.failWrite;
  }

  async fdatasync(fd: number): Promise<void> {
    await this.held;
    if (this.failSync !== undefined) throw this.failSync;
    await nodeFileOps.fdatasync(fd);
  }

  async fsync(fd: number): Promise<void> {
    if (this.failSeal !== undefined) throw this.failSeal;
    await nodeFileOps.fsync(fd);
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(this.free);
  }
}

export function noSpaceLeft(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}
