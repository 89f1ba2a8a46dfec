import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LogUnusableError } from './open-errors.js';

/** What a log's folder may hold before its first segment: what a start that was cut short leaves, and what file systems bring. */
const BEFORE_A_LOG = /^(lock|segment-\d{16}\.log\.new|lost\+found|\..*)$/;
const SEGMENT = /^segment-\d{16}\.log$/;
const NAMES_SHOWN = 3;

/** Makes the folder of a log where there is none. Answers its real path. Throws LogUnusableError where no log can be there. */
export async function logPlace(dir: string): Promise<string> {
  const folder = await madeFolder(dir);
  const names = await readdir(folder).catch((error: Error) => {
    throw new LogUnusableError(`${dir} cannot be a log's folder: ${error.message}`);
  });
  const foreign = names.filter((name) => !BEFORE_A_LOG.test(name)).sort();
  if (foreign.length === 0 || names.some((name) => SEGMENT.test(name))) return folder;
  const shown = foreign.slice(0, NAMES_SHOWN).join(', ') + (foreign.length > NAMES_SHOWN ? ', …' : '');
  throw new LogUnusableError(`${dir} holds no event log and is not empty (${shown}): a new log needs an empty folder`);
}

async function madeFolder(dir: string): Promise<string> {
  try {
    await makeFolder(dir);
    return await realpath(dir);
  } catch (error) {
    throw new LogUnusableError(`${dir} cannot be a log's folder: ${(error as Error).message}`);
  }
}

/** With the folders above it. Node's own recursive mkdir never ends where a file system says that there is no such place, as /proc does. */
export async function makeFolder(dir: string): Promise<void> {
  const failure = await made(dir);
  if (failure === undefined) return;
  if (failure.code === 'EEXIST' && (await stat(dir)).isDirectory()) return;
  const above = dirname(dir);
  if (failure.code !== 'ENOENT' || above === dir || (await isThere(above))) throw failure;
  await makeFolder(above);
  await makeFolder(dir);
}

async function made(dir: string): Promise<NodeJS.ErrnoException | undefined> {
  return mkdir(dir).then(() => undefined, (error: NodeJS.ErrnoException) => error);
}

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return false;
    throw error;
  });
}
