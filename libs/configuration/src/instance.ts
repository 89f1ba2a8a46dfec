import { existsSync, readFileSync, rmSync } from 'node:fs';
import { instanceFile, type Configuration } from './configuration.js';
import { replacePrivateFile } from '@ledger/privacy';

/** Where the running instance of a data folder is. The connection strings hold passwords: the file is its owner's alone. */
export interface Instance {
  readonly apiUrl: string;
  readonly pgUrl: string;
  readonly eventstoreUrl: string;
  /** Of the supervisor. */
  readonly pid: number;
  readonly startedAt: string;
}

export function writeInstance(dataFolder: string, instance: Instance): void {
  replacePrivateFile(instanceFile(dataFolder), `${JSON.stringify(instance, null, 2)}\n`);
}

export function removeInstance(dataFolder: string): void {
  rmSync(instanceFile(dataFolder), { force: true });
}

/** The instance that runs on this data folder; undefined where none does, also when one was killed and left its note. */
export function runningInstance(dataFolder: string): Instance | undefined {
  const file = instanceFile(dataFolder);
  if (!existsSync(file)) return undefined;
  const instance = JSON.parse(readFileSync(file, 'utf8')) as Instance;
  return isAlive(instance.pid) ? instance : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export interface Servers { readonly pgUrl: string; readonly eventstoreUrl: string }

/** The servers to use: those that the settings name, otherwise those of the instance that runs on the data folder. Throws a sentence that says what to do. */
export function serversOf({ postgresUrl, eventStoreUrl, dataFolder }: Configuration): Servers {
  const instance = postgresUrl && eventStoreUrl ? undefined : runningInstance(dataFolder);
  const pgUrl = postgresUrl ?? instance?.pgUrl;
  const eventstoreUrl = eventStoreUrl ?? instance?.eventstoreUrl;
  if (pgUrl && eventstoreUrl) return { pgUrl, eventstoreUrl };
  throw new Error(
    `Không có phiên bản nào đang chạy trên ${dataFolder}: hãy chạy npm start, hoặc đặt SOQUY_PG_URL và SOQUY_EVENTSTORE_URL. / ` +
    `Nothing runs on ${dataFolder}: run npm start, or set SOQUY_PG_URL and SOQUY_EVENTSTORE_URL.`,
  );
}
