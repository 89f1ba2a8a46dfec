import { existsSync, readFileSync, rmSync } from 'node:fs';
import { instanceFile } from './configuration.js';
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
