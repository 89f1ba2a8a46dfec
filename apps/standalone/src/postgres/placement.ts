import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replacePrivateFile } from '@ledger/privacy';
import { REACHABLE_FOLDER } from './binaries.js';
import { canReach, userForPostgres } from './os-user.js';

/**
 * Where Postgres keeps its files: `<data>/postgres/cluster`. Started as root inside a folder that Postgres' own user
 * cannot enter (a home of root, say), they lie below /var/lib/soquy instead, and a note in the data folder says so:
 * the place is kept for every later start.
 */
export function clusterFolder(dataFolder: string): { folder: string; elsewhere: boolean } {
  const home = join(dataFolder, 'postgres');
  const note = join(dataFolder, 'postgres-is-at');
  if (existsSync(note)) return { folder: readFileSync(note, 'utf8').trim(), elsewhere: true };
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const user = userForPostgres();
  if (canReach(user, home)) return { folder: join(home, 'cluster'), elsewhere: false };
  // Named after nothing: a data folder may be deleted or moved, and another one made at its place.
  const folder = join(REACHABLE_FOLDER, `data-${randomBytes(6).toString('hex')}`, 'cluster');
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  if (!canReach(user, dirname(folder))) {
    throw new Error(
      `Postgres runs as user "${user?.name}", which can reach neither ${dataFolder} nor ${dirname(folder)}: ` +
      'set SOQUY_DATA to a folder that this user can enter.',
    );
  }
  // In one step: half a note would lead nowhere.
  replacePrivateFile(note, `${folder}\n`);
  return { folder, elsewhere: true };
}
