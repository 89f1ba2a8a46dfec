import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unfinishedRestore } from '@ledger/configuration';

/** Below this the event store and Postgres would soon refuse to write. */
export const LEAST_FREE_BYTES = 512 * 1024 * 1024;

/** A reason not to start that a person can act on. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

export function prepareDataFolder(folder: string): void {
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CannotStart(
      `Không ghi được vào thư mục dữ liệu ${folder}: hãy đặt SOQUY_DATA là một thư mục ghi được. / ` +
      `The data folder ${folder} can't be written: set SOQUY_DATA to a folder that can. (${(error as Error).message})`,
    );
  }
  if (unfinishedRestore(folder) !== undefined) {
    throw new CannotStart(
      `Việc khôi phục vào ${folder} chưa xong: hãy chạy lại soquy restore với cùng bản sao lưu. / ` +
      `A restore into ${folder} is not finished: run soquy restore again with the same backup.`,
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < LEAST_FREE_BYTES) {
    const mib = (bytes: number) => Math.floor(bytes / 1024 / 1024);
    throw new CannotStart(
      `Ổ đĩa của ${folder} chỉ còn ${mib(free)} MiB, cần ít nhất ${mib(LEAST_FREE_BYTES)} MiB: hãy dọn bớt hoặc đổi SOQUY_DATA. / ` +
      `Only ${mib(free)} MiB are free for ${folder}, at least ${mib(LEAST_FREE_BYTES)} MiB are needed: free some space or change SOQUY_DATA.`,
    );
  }
}

/**
 * With the folders above it. Node's own recursive mkdir never comes back where a file system says of a new folder that
 * it does not exist, as /proc does.
 */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.push(at);
  for (const one of missing.reverse()) mkdirSync(one);
}

/** Refuses two variables that ask for one port: whichever part came second would fail to start. */
export function requireDistinctPorts(ports: Readonly<Record<string, number>>): void {
  const taken = new Map<number, string>();
  for (const [variable, port] of Object.entries(ports)) {
    const other = taken.get(port);
    if (port !== 0 && other !== undefined) {
      throw new CannotStart(
        `${other} và ${variable} cùng là cổng ${port}: hãy đặt mỗi biến một cổng, hoặc 0 để chọn cổng trống. / ` +
        `${other} and ${variable} are both port ${port}: give each its own, or 0 for any free one.`,
      );
    }
    taken.set(port, variable);
  }
}

/** The parts of a supervisor that was killed finish what they have taken before they end: for so long their ports are theirs. */
const LEFT_PARTS_END_WITHIN_MS = 15_000;

/** Refuses a taken port before anything is started. Port 0 is any free one. `mayBeLeft`: parts of a killed start may still hold it. */
export async function requireFreePort(variable: string, host: string, port: number, mayBeLeft: boolean): Promise<void> {
  if (port === 0) return;
  const until = performance.now() + (mayBeLeft ? LEFT_PARTS_END_WITHIN_MS : 0);
  for (;;) {
    const error = await probe(host, port);
    if (error === undefined) return;
    if (error.code === 'EADDRINUSE' && performance.now() < until) {
      await delay(100);
      continue;
    }
    throw new CannotStart(
      error.code === 'EADDRINUSE'
        ? `Cổng ${port} đang được chương trình khác dùng: hãy đặt ${variable} là cổng khác, hoặc 0 để chọn cổng trống. / ` +
          `Port ${port} is taken by another program: set ${variable} to another one, or to 0 for any free one.`
        : `Không mở được cổng ${port} (${variable}): ${error.message}. / Port ${port} (${variable}) can't be opened: ${error.message}.`,
    );
  }
}

/** Why the port cannot be listened on; undefined where it can. */
function probe(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
