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

/**
 * The instance that runs on this data folder; undefined where none does, also when one was killed and left its note.
 * Throws a sentence that says what to do where the note was changed by hand.
 */
export function runningInstance(dataFolder: string): Instance | undefined {
  const file = instanceFile(dataFolder);
  if (!existsSync(file)) return undefined;
  const instance = parseInstance(readFileSync(file, 'utf8'));
  if (!instance) throw new Error(`${file} does not say where an instance is: delete it and run npm start again.`);
  return isAlive(instance.pid) ? instance : undefined;
}

function parseInstance(text: string): Instance | undefined {
  let note: Partial<Instance> | null;
  try {
    note = JSON.parse(text) as Partial<Instance> | null;
  } catch {
    return undefined;
  }
  const texts = [note?.apiUrl, note?.pgUrl, note?.eventstoreUrl, note?.startedAt];
  const isWhole = texts.every((value) => typeof value === 'string') && Number.isInteger(note?.pid) && note!.pid! > 0;
  return isWhole ? (note as Instance) : undefined;
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
