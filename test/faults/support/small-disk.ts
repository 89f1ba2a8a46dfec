import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Whether this machine lets us mount a small file system of our own: root outside a container that forbids it. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'soquy-mount-'));
  const may = run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder) && run('umount', folder);
  rmSync(folder, { recursive: true, force: true });
  return may;
}

/** A disk of so many megabytes at a folder, in memory, that can be filled up and emptied again. */
export class SmallDisk {
  private readonly ballast: string;

  constructor(private readonly folder: string, megabytes: number) {
    mkdirSync(folder, { recursive: true });
    if (!run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder)) throw new Error(`nothing could be mounted at ${folder}`);
    this.ballast = join(folder, '.ballast');
  }

  /** Leaves so many bytes free, as another program's file would. */
  fillUpTo(bytesLeft: number): void {
    const { bavail, bsize } = statfsSync(this.folder);
    const bytes = bavail * bsize - bytesLeft;
    if (bytes > 0) writeFileSync(this.ballast, Buffer.alloc(bytes), { flag: 'a' });
  }

  empty(): void {
    rmSync(this.ballast, { force: true });
  }

  remove(): void {
    // What is still open there does not keep the name.
    if (!run('umount', '--lazy', this.folder)) throw new Error(`${this.folder} could not be unmounted`);
  }
}
