import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LogLockedError, LogUnusableError } from './open-errors.js';

const LOCK_FILE = 'lock';
/** macOS: open(2) takes the lock itself. Not among Node's constants. */
const O_EXLOCK = 0x20;
const PID_READS = 5;
const PID_READ_PAUSE_MS = 20;

/**
 * The kernel's lock (flock) on the folder's lock file: it ends with the process, however that ends, so nothing has to
 * be cleaned up after a kill. Node has no flock: on Linux the `flock` program of util-linux or busybox locks the
 * open file that it inherits from us, and the lock stays with that open file after the program is gone.
 */
export class FolderLock {
  private constructor(private readonly file: FileHandle) {}

  /** Throws LogLockedError naming the folder and its owner. */
  static async acquire(folder: string): Promise<FolderLock> {
    const path = join(folder, LOCK_FILE);
    const file = await lockedFile(path);
    if (file === undefined) throw new LogLockedError(folder, await ownerOf(path));
    await file.truncate(0);
    await file.write(`${process.pid}\n`, 0);
    return new FolderLock(file);
  }

  async release(): Promise<void> {
    await this.file.truncate(0);
    await this.file.close();
  }
}

/** The open lock file, or undefined where somebody else has the lock. */
async function lockedFile(path: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDWR | constants.O_CREAT;
  if (process.platform === 'darwin') return openExclusively(path, flags | O_EXLOCK | constants.O_NONBLOCK);
  if (process.platform !== 'linux') throw new LogUnusableError(`the event store runs on Linux and macOS, not on ${process.platform}`);
  const file = await open(path, flags, 0o644);
  const exitCode = await runFlock(file.fd).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  if (exitCode === 0) return file;
  await file.close();
  if (exitCode === 1) return undefined;
  throw new LogUnusableError(`locking ${path} failed: flock ended with ${exitCode}`);
}

async function openExclusively(path: string, flags: number): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags, 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

function runFlock(fd: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const flock = spawn('flock', ['-x', '-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
    flock.on('error', (error) => reject(new LogUnusableError(`the folder cannot be locked: running flock failed (${error.message})`)));
    flock.on('exit', resolve);
  });
}

/** The owner writes its pid just after it locked: what is read first may be empty or of an owner before. */
async function ownerOf(path: string): Promise<number | undefined> {
  for (let attempt = 0; attempt < PID_READS; attempt++) {
    if (attempt > 0) await wait(PID_READ_PAUSE_MS);
    const file = await open(path, 'r');
    const text = await file.readFile('utf8').finally(() => file.close());
    const pid = Number(text.trim());
    if (pid > 0 && isAlive(pid)) return pid;
  }
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
