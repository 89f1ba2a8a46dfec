import { createWriteStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';

/** Whoever read what is written went away. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/** So many characters are gathered before they are handed to the system. */
const CHUNK = 64 * 1024;
const GONE = new Set(['EPIPE', 'ECONNRESET']);

/**
 * Where an export goes. One chunk is on its way at a time, and the next waits until the system has taken it: however
 * slow the reader is, no more than that is held.
 */
export class ExportOutput {
  private gathered = '';
  private failure: Error | undefined;

  /** `close` ends the stream where all of it (`whole`) or only a part was written. */
  private constructor(private readonly stream: Writable, private readonly close: (whole: boolean) => Promise<void>) {
    stream.on('error', (error: Error) => (this.failure ??= error));
  }

  static to(stream: Writable): ExportOutput {
    return new ExportOutput(stream, () => Promise.resolve());
  }

  /** A file appears under its name when it is whole; what is no plain file (a device, a named pipe) is written to as it is. */
  static toFile(path: string): ExportOutput {
    const direct = existsSync(path) && !statSync(path).isFile();
    const target = direct ? path : `${path}.${process.pid}.part`;
    if (!direct) removeLeft(path);
    const file = createWriteStream(target, { flags: direct ? 'r+' : 'wx', flush: !direct });
    return new ExportOutput(file, async (whole) => {
      if (whole) await finished(file.end());
      else file.destroy();
      if (!direct) await (whole ? rename(target, path) : rm(target, { force: true }));
    });
  }

  /** Something to wait for, where a chunk went out; nothing where the text was only put to the rest. The promise fails with ReaderGone. */
  write(text: string): Promise<void> | undefined {
    this.gathered += text;
    return this.gathered.length < CHUNK ? undefined : this.flush();
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.close(true);
  }

  /** Leaves nothing behind that looks whole. */
  async abandon(): Promise<void> {
    await this.close(false);
  }

  private async flush(): Promise<void> {
    const text = this.gathered;
    this.gathered = '';
    const refused = text === '' ? undefined : await new Promise<Error | null | undefined>((resolve) => this.stream.write(text, resolve));
    // What broke the stream says more than that it is broken.
    const error = this.failure ?? refused;
    if (!error) return;
    if (GONE.has((error as NodeJS.ErrnoException).code ?? '')) throw new ReaderGone('the reader went away', { cause: error });
    throw error;
  }
}

/** Takes away what exports to the same file left behind that were killed. One that still writes keeps its own. */
function removeLeft(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const [, pid] = /^\.([0-9]+)\.part$/.exec(name.slice(basename(path).length)) ?? [];
    // A file with this process' own number is of an earlier process that had it.
    if (pid !== undefined && (Number(pid) === process.pid || !isRunning(Number(pid)))) rmSync(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may be there and not to be asked.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
