import { execFileSync, spawnSync } from 'node:child_process';

/** Who Postgres runs as. Undefined ids: whoever we are. Postgres refuses to run as root. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const OWN_USER = 'soquy-postgres';
/** `postgres` where the machine has one, otherwise a user made for it; `nobody` only where none can be made. */
const CANDIDATES = ['postgres', OWN_USER];

function lookUp(name: string): OsUser | undefined {
  const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  if (ids.some((id) => id.status !== 0)) return undefined;
  return { name, uid: Number(ids[0]!.stdout), gid: Number(ids[1]!.stdout) };
}

function create(name: string): OsUser | undefined {
  const ways: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]],
    ['adduser', ['-S', '-D', '-H', name]],
  ];
  for (const [command, args] of ways) {
    if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return lookUp(name);
  }
  return undefined;
}

/** The user to give a child process; undefined where we are not root and need none. */
export function userForPostgres(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const user = lookUp(name);
    if (user) return user;
  }
  const user = create(OWN_USER) ?? lookUp('nobody');
  if (user) return user;
  throw new Error(
    'Postgres refuses to run as root, and no other user could be found or made. Start as an ordinary user, or add a user named "postgres".',
  );
}

/** Whether that user can enter the folder (or read the file) at `path`: asked of the operating system, not guessed from modes. */
export function canReach(user: OsUser | undefined, path: string): boolean {
  const asked = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], {
    cwd: '/', stdio: 'ignore', ...(user && { uid: user.uid, gid: user.gid }),
  });
  return asked.status === 0;
}

/** Hands a tree over to the user; only root can, and only root needs to. */
export function giveTo(user: OsUser | undefined, path: string): void {
  if (user) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, path]);
}
