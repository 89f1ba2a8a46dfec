import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  const place = createHash('sha256').update(realpathSync(dataFolder)).digest('hex').slice(0, 12);
  const folder = join(REACHABLE_FOLDER, `data-${place}`, 'cluster');
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  if (!canReach(user, dirname(folder))) {
    throw new Error(
      `Postgres runs as user "${user?.name}", which can reach neither ${dataFolder} nor ${dirname(folder)}: ` +
      'set SOQUY_DATA to a folder that this user can enter.',
    );
  }
  writeFileSync(note, `${folder}\n`);
  return { folder, elsewhere: true };
}
