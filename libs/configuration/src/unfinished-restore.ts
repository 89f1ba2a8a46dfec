import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replacePrivateFile } from '@ledger/privacy';

/** Lies in a data folder from the first to the last step of a restore: nothing serves from there meanwhile. */
const noteIn = (dataFolder: string): string => join(dataFolder, 'restore-unfinished');

/** Which backup is being restored into the data folder; undefined where none is. */
export function unfinishedRestore(dataFolder: string): string | undefined {
  const note = noteIn(dataFolder);
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
}

export function noteUnfinishedRestore(dataFolder: string, backup: string): void {
  replacePrivateFile(noteIn(dataFolder), `${backup}\n`);
}

export function removeUnfinishedRestore(dataFolder: string): void {
  rmSync(noteIn(dataFolder), { force: true });
}
