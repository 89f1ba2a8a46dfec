import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledError, EventStoreDBClient, jsonEvent, UnavailableError } from '@eventstore/db-client';
import { collect } from './support/test-server.js';

jest.setTimeout(240_000);
const PROGRAM = ['apps/standalone/bin/run-built.mjs', 'apps/eventstore/src/main.js'];
const CERT = 'apps/eventstore/test/fixtures/throwaway-cert.pem';
const KEY = 'apps/eventstore/test/fixtures/throwaway-key.pem';
const event = (n: number) => jsonEvent({ type: 'Counted', data: { n, filler: 'x'.repeat(500) } });

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcess>();
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'soquy-es-process-'));
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  rmSync(dir, { recursive: true, force: true });
});

class ServerProcess {
  private stdout = '';
  private stderr = '';
  readonly finished: Promise<Finished>;

  constructor(readonly child: ChildProcess) {
    running.add(child);
    child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.finished = new Promise((resolve) => {
      child.on('close', (code) => {
        running.delete(child);
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** The line on stdout, once it is there. */
  serving(): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.stdout.includes('\n')) resolve(JSON.parse(this.stdout) as Record<string, unknown>);
      };
      this.child.stdout!.on('data', look);
      void this.finished.then(({ stderr }) => reject(new Error(stderr)));
      look();
    });
  }
}

function start(...args: string[]): ServerProcess {
  return new ServerProcess(spawn(process.execPath, [...PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }));
}

async function serve(...args: string[]): Promise<{ server: ServerProcess; port: number; url: string }> {
  const server = start('--dir', dir, '--port', '0', ...args);
  const { port } = (await server.serving()) as { port: number };
  return { server, port, url: `esdb://127.0.0.1:${port}?tls=false` };
}

const small = (n: number) => jsonEvent({ type: 'Counted', data: { n } });

/** An append that never comes to its end; `underWay` when so many of its events were taken from it. */
class EndlessEvents extends Array<ReturnType<typeof small>> {
  readonly underWay: Promise<void>;
  private isUnderWay: () => void = () => undefined;

  constructor(private readonly many: number) {
    super();
    this.underWay = new Promise((resolve) => (this.isUnderWay = resolve));
  }

  override *[Symbol.iterator](): ArrayIterator<ReturnType<typeof small>> {
    for (let n = 0; ; n++) {
      if (n === this.many) this.isUnderWay();
      yield small(n);
    }
  }
}

it('says on one line of stdout where it serves, logs to stderr, and stops when asked', async () => {
  const { server, port, url } = await serve();
  expect(await server.serving()).toEqual({ port, host: '127.0.0.1', pid: server.child.pid, dir, tls: false });
  const client = EventStoreDBClient.connectionString(url);
  await client.appendToStream('s', event(0));
  const subscription = client.subscribeToAll();
  subscription.on('error', () => undefined);
  await new Promise((resolve) => subscription.once('confirmation', resolve));
  server.child.kill('SIGTERM');
  const { code, stdout, stderr } = await server.finished;
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  // A stop that takes over two seconds is cut short and says so.
  const logged = stderr.trim().split('\n').map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(logged).toEqual(['serving', 'stopping']);
  await client.dispose();
});

it('resets what is open by nature when it stops, and is unavailable to an append that is still arriving', async () => {
  const { server, url } = await serve();
  const client = EventStoreDBClient.connectionString(url);
  await client.appendToStream('s', event(0));
  const subscription = client.subscribeToAll();
  const dropped = new Promise((resolve) => subscription.once('error', resolve));
  await new Promise<void>((resolve) => {
    subscription.once('caughtUp', resolve);
    subscription.resume();
  });
  const endless = new EndlessEvents(20_000);
  const credentials = { username: 'admin', password: '' };
  const failure = client.appendToStream('t', endless, { credentials, deadline: Infinity }).catch((error: unknown) => error);
  await endless.underWay;
  server.child.kill('SIGTERM');
  expect(await failure).toBeInstanceOf(UnavailableError);
  expect(await dropped).toBeInstanceOf(CancelledError);
  expect((await server.finished).code).toBe(0);
  await client.dispose();
});

it.each([
  ['no folder', () => [], '--dir is missing'],
  ['an unknown option', () => ['--dir', dir, '--fast'], 'fast'],
  ['a port that is none', () => ['--dir', dir, '--port', 'x'], '--port must be a whole number'],
  ['a value that looks like an option', () => ['--dir', dir, '--port', '-1'], 'ambiguous'],
  ['a certificate without its key', () => ['--dir', dir, '--tls-cert', CERT], '--tls-cert and --tls-key go together'],
  ['TLS without a password', () => ['--dir', dir, '--tls-cert', CERT, '--tls-key', KEY], '--tls-cert needs --admin-password'],
  ['a folder that is a file', () => ['--dir', CERT], "cannot be a log's folder"],
  ['a folder that cannot be made', () => ['--dir', '/proc/x/y'], "cannot be a log's folder"],
  ['a folder of other things', () => ['--dir', 'apps/eventstore/test'], 'holds no event log and is not empty (append.int.spec.ts, '],
  ['a certificate that is not there', () => ['--dir', dir, '--tls-cert', 'gone.pem', '--tls-key', KEY, '--admin-password', 'x'], 'cannot read gone.pem'],
  ['an append size that no message holds', () => ['--dir', dir, '--max-append-size', '99999999'], '--max-append-size must be'],
])('refuses %s in one line and with a code', async (_case, args, reason) => {
  const { code, stdout, stderr } = await start(...args()).finished;
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(reason);
});

it('refuses a port and a folder that are in use, naming them', async () => {
  const { server, port } = await serve();
  const samePort = await start('--dir', join(dir, 'other'), '--port', String(port)).finished;
  expect(samePort).toMatchObject({ code: 1, stdout: '', stderr: `eventstore: port ${port} on 127.0.0.1 is already in use\n` });
  const sameFolder = await start('--dir', dir, '--port', '0').finished;
  expect(sameFolder).toMatchObject({ code: 1, stdout: '' });
  expect(sameFolder.stderr).toContain(`${dir} is in use by process ${server.child.pid}`);
});

it('refuses a damaged log, naming file and offset', async () => {
  const { server, url } = await serve();
  const client = EventStoreDBClient.connectionString(url);
  for (let n = 0; n < 20; n++) await client.appendToStream('s', event(n));
  await client.dispose();
  server.child.kill('SIGKILL');
  await server.finished;
  const segment = readdirSync(dir).find((name) => name.endsWith('.log'))!;
  const file = openSync(join(dir, segment), 'r+');
  writeSync(file, Buffer.from([0xff]), 0, 1, 3_000);
  closeSync(file);
  const { code, stdout, stderr } = await start('--dir', dir, '--port', '0').finished;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(new RegExp(`${segment} is damaged at byte \\d+`));
});

it('is found again by its clients after it was killed, with everything it acknowledged', async () => {
  const { server, port, url } = await serve();
  const client = EventStoreDBClient.connectionString(url);
  for (let n = 0; n < 10; n++) await client.appendToStream('s', event(n));
  server.child.kill('SIGKILL');
  await server.finished;
  await expect(client.appendToStream('s', event(10))).rejects.toMatchObject({ code: 14 });
  const again = start('--dir', dir, '--port', String(port));
  await again.serving();
  await client.appendToStream('s', event(10), { expectedRevision: 9n });
  expect(await collect(client.readStream('s'))).toHaveLength(11);
  await client.dispose();
});

it('says so and ends when the disk takes no more, and has lost nothing when it is started again', async () => {
  // The operating system refuses files over 300 blocks, as a full disk would.
  const limited = new ServerProcess(
    spawn('bash', ['-c', `ulimit -f 300; exec ${process.execPath} ${PROGRAM.join(' ')} --dir ${dir} --port 0`], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  const { port } = (await limited.serving()) as { port: number };
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
  let acknowledged = 0;
  for (let failed = false; !failed; ) {
    await client.appendToStream('s', Array.from({ length: 10 }, (_, n) => event(n))).then(
      () => (acknowledged += 10),
      () => (failed = true),
    );
  }
  const { code, stderr } = await limited.finished;
  expect(code).toBe(2);
  expect(stderr).toContain('eventstore: the log failed and the server stops');
  await client.dispose();
  const { url } = await serve();
  const later = EventStoreDBClient.connectionString(url);
  const read = await collect(later.readStream('s'));
  expect(read.length).toBeGreaterThanOrEqual(acknowledged);
  expect(read.length % 10).toBe(0);
  await later.dispose();
});

it('serves TLS and HTTP/1.1 from the command line', async () => {
  const { server } = await serve('--tls-cert', CERT, '--tls-key', KEY, '--admin-password', 'bí mật', '--max-append-size', '2000');
  const { port, tls } = (await server.serving()) as { port: number; tls: boolean };
  expect(tls).toBe(true);
  const client = EventStoreDBClient.connectionString(`esdb://admin:${encodeURIComponent('bí mật')}@127.0.0.1:${port}?tlsCAFile=${CERT}`);
  await client.appendToStream('s', event(1));
  await expect(client.appendToStream('s', [event(1), event(2), event(3), event(4)])).rejects.toMatchObject({ maxAppendSize: 2_000 });
  expect((await collect(client.readAll())).length).toBeGreaterThan(1);
  await client.dispose();
});

it('answers liveness over plain HTTP', async () => {
  const { port } = await serve();
  const status = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/health/live' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(204);
});
