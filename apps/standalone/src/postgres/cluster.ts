import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { postgresPrograms } from './binaries.js';
import { giveTo, userForPostgres, type OsUser } from './os-user.js';

export interface ClusterOptions {
  /** The cluster's own folder; its parent must be reachable for the user that Postgres runs as. */
  readonly folder: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly password: string;
  /** False only for throwaway test clusters. */
  readonly durable?: boolean;
  readonly onLog?: (line: string) => void;
}

export interface Cluster {
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  /** Fast shutdown: clients are disconnected, everything committed is on disk. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
export const DATABASE_OWNER = 'soquy';

const ids = (user: OsUser | undefined) => (user ? { uid: user.uid, gid: user.gid } : {});

/** Made beside and renamed: a first start that is killed half-way leaves no half cluster behind. */
function initialise(bin: string, folder: string, user: OsUser | undefined, password: string): void {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const secretFolder = mkdtempSync(join(tmpdir(), 'soquy-initdb-'));
  const passwordFile = join(secretFolder, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  giveTo(user, secretFolder);
  giveTo(user, unfinished);
  try {
    const made = spawnSync(join(bin, 'initdb'), [
      '--pgdata', unfinished, '--username', DATABASE_OWNER, '--pwfile', passwordFile, '--auth', 'scram-sha-256',
      '--encoding', 'UTF8', '--locale', 'C', '--data-checksums',
    ], { ...ids(user), cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } });
    if (made.status !== 0) throw new Error(`PostgreSQL could not make its data folder ${folder}: ${made.stderr || String(made.error)}`);
  } finally {
    rmSync(secretFolder, { recursive: true, force: true });
  }
  renameSync(unfinished, folder);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** A supervisor that was killed leaves its Postgres running on this folder; whoever holds the folder's lock may end it. False where none runs. */
export function endOrphan(folder: string): boolean {
  if (!existsSync(join(folder, 'postmaster.pid'))) return false;
  const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
  if (!isPostgresOn(folder, pid)) return false;
  const user = userForPostgres();
  spawnSync(join(postgresPrograms(user), 'pg_ctl'), ['stop', '--pgdata', folder, '--mode', 'fast', '--timeout', '20'], { ...ids(user), cwd: '/', stdio: 'ignore' });
  return true;
}

/** After a restart of the machine the number may be another program's, and be it another folder's Postgres. */
function isPostgresOn(folder: string, pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (!existsSync('/proc')) return true;
    const [program] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return basename(program ?? '') === 'postgres' && realpathSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    // No such process, or not ours to look at: Postgres itself decides what the file means.
    return false;
  }
}

/** A socket's path has at most so many bytes; of a longer one Postgres refuses to make any. */
const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;
const NO_SOCKETS = /could not create any Unix-domain sockets/;

/**
 * Postgres' own folder also holds its socket, so that nobody else reaches it: a question over it costs both sides a
 * quarter less than one over TCP. Undefined where the path would be too long. What killed ones left is removed: Postgres
 * would refuse to start beside a lock whose number is another program's by now.
 */
function socketFolder(folder: string, port: number): string | undefined {
  const own = realpathSync(folder);
  if (process.platform === 'win32' || own.includes('"') || Buffer.byteLength(join(own, `.s.PGSQL.${port}`)) > LONGEST_SOCKET_PATH) return undefined;
  for (const name of readdirSync(own)) if (name.startsWith('.s.PGSQL.')) rmSync(join(own, name), { force: true });
  return own;
}

/** A postmaster that was killed is there until it is reaped, and its shared memory until its children have noticed. */
const STILL_THERE = /postmaster\.pid" already exists|shared memory block .* is still in use/;
const PREDECESSOR_MS = 15_000;

async function waitUntilItAnswers(url: string, child: ChildProcess, lastLines: readonly string[]): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`PostgreSQL ended at its start: ${lastLines.join('\n')}`);
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL did not answer within ${START_TIMEOUT_MS / 1000} s: ${lastLines.join('\n')}`, { cause: error });
      await delay(50);
    }
  }
}

/** Starts PostgreSQL on a folder of ours, making the cluster where there is none. Waits for one that was killed to be gone. */
export function startCluster(options: ClusterOptions): Promise<Cluster> {
  return startUntil(Date.now() + PREDECESSOR_MS, options);
}

async function startUntil(giveUpAt: number, options: ClusterOptions, mayHaveSocket = true): Promise<Cluster> {
  const { folder, password, durable = true } = options;
  const user = userForPostgres();
  const bin = postgresPrograms(user);
  mkdirSync(dirname(folder), { recursive: true });
  if (!existsSync(join(folder, 'PG_VERSION'))) initialise(bin, folder, user, password);
  endOrphan(folder);
  const port = options.port === 0 ? await freePort() : options.port;
  const sockets = mayHaveSocket ? socketFolder(folder, port) : undefined;
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: sockets === undefined ? '' : `"${sockets}"`, max_connections: '100',
    // Sized for the 2 cores and few GB of a small association's machine.
    shared_buffers: '256MB', max_wal_size: '2GB', random_page_cost: '1.1', jit: 'off', logging_collector: 'off',
    // Nobody follows it from elsewhere: an index that is made anew need not go through the log of writes too.
    wal_level: 'minimal', max_wal_senders: '0',
    // Statements may carry sealed texts: they are never written to a log.
    log_statement: 'none', log_min_error_statement: 'panic', log_parameter_max_length: '0', log_parameter_max_length_on_error: '0',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(bin, 'postgres'), ['-D', folder, ...args], {
    ...ids(user), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
  });
  const lastLines: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      options.onLog?.(line);
    }
  });
  const url = `postgres://${DATABASE_OWNER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres${sockets === undefined ? '' : `?host=${encodeURIComponent(sockets)}`}`;
  try {
    await waitUntilItAnswers(url, child, lastLines);
  } catch (error) {
    // Some file systems take no sockets.
    if (sockets !== undefined && lastLines.some((line) => NO_SOCKETS.test(line))) return startUntil(giveUpAt, options, false);
    if (Date.now() > giveUpAt || !lastLines.some((line) => STILL_THERE.test(line))) throw error;
    await delay(200);
    return startUntil(giveUpAt, options, mayHaveSocket);
  }
  return { port, url, process: child, stop: () => stopGently(child) };
}

async function stopGently(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(late);
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
