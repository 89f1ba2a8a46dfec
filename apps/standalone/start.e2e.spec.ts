import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningStandalone } from '../../test/support/standalone.js';

jest.setTimeout(180_000);

let running: RunningStandalone | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'soquy-start-'));
});
afterEach(async () => {
  await running?.discard();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const isReady = async (apiUrl: string) => {
  try {
    return (await fetch(`${apiUrl}/health/ready`)).status === 200;
  } catch {
    // Nothing listens at the moment: that is an answer too.
    return false;
  }
};
/** The folder of the socket that the ledger's own processes ask Postgres over; null for TCP. */
const socketFolderOf = (pgUrl: string): string | null => new URL(pgUrl).searchParams.get('host');
const untilReady = async (apiUrl: string) => {
  while (!(await isReady(apiUrl))) await new Promise((resolve) => setTimeout(resolve, 100));
};

it('starts everything on an empty folder, says where, and stops all of it on Ctrl-C', async () => {
  running = RunningStandalone.start();
  await running.untilRunning();
  const { apiUrl, pgUrl } = running.instance;
  expect(running.output).toContain(`${apiUrl}/docs`);
  expect(running.output).toContain('soquy import');
  expect(running.output).not.toMatch(/:\/\/soquy:[^@]+@/);
  expect(running.output).toContain(`postgres://soquy@127.0.0.1:${new URL(pgUrl).port}/postgres\n`);
  expect(existsSync(join(socketFolderOf(pgUrl)!, `.s.PGSQL.${new URL(pgUrl).port}`))).toBe(true);
  expect(await isReady(apiUrl)).toBe(true);
  expect(await running.stop('SIGINT')).toBe(0);
  expect(running.pidsOf('')).toEqual([]);
  await expect(fetch(`${apiUrl}/health/live`)).rejects.toThrow();
});

it('stops on Ctrl-C while it starts, which is no failure', async () => {
  for (const part of ['apps/eventstore', 'apps/api']) {
    running = RunningStandalone.start();
    while (running.pidsOf(part).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await running.stop('SIGINT')).toBe(0);
    expect(running.output).not.toContain('could not start');
    expect(running.pidsOf('')).toEqual([]);
    await running.discard();
  }
});

it('starts a part again that was killed, at the same addresses', async () => {
  running = RunningStandalone.start();
  await running.untilRunning();
  const before = running.instance;
  for (const part of ['apps/api', 'apps/projector', 'apps/eventstore', 'bin/postgres']) {
    const [pid] = running.pidsOf(part);
    process.kill(pid!, 'SIGKILL');
    while (running.pidsOf(part).every((one) => one === pid)) await new Promise((resolve) => setTimeout(resolve, 50));
    await untilReady(before.apiUrl);
  }
  expect(running.instance).toEqual(before);
  expect(await running.stop()).toBe(0);
});

it('leaves no part behind when the supervisor itself is killed, and starts again on the same folder and ports', async () => {
  running = RunningStandalone.start();
  await running.untilRunning();
  const { dataFolder, instance } = running;
  const port = (url: string): string => new URL(url).port;
  const ports = { SOQUY_PORT: port(instance.apiUrl), SOQUY_PG_PORT: port(instance.pgUrl), SOQUY_EVENTSTORE_PORT: port(instance.eventstoreUrl) };
  await running.stop('SIGKILL');
  running = RunningStandalone.start({ dataFolder, env: ports });
  await running.untilRunning();
  expect(await isReady(running.instance.apiUrl)).toBe(true);
});

it('refuses a data folder that is in use, and names SOQUY_DATA', async () => {
  running = RunningStandalone.start();
  await running.untilRunning();
  const second = RunningStandalone.start({ dataFolder: running.dataFolder });
  await new Promise((resolve) => second.child.once('exit', resolve));
  expect(second.child.exitCode).toBe(1);
  expect(second.output).toContain('SOQUY_DATA');
  expect(await isReady(running.instance.apiUrl)).toBe(true);
});

it('refuses a data folder that cannot be made, and names SOQUY_DATA', async () => {
  writeFileSync(join(folder, 'file'), '');
  // In /proc nothing can be made, and the system says so in a way that looks like a folder that is missing.
  for (const dataFolder of ['/proc/soquy', '/proc/soquy/data', join(folder, 'file', 'data')]) {
    const refused = RunningStandalone.start({ dataFolder });
    await new Promise((resolve) => refused.child.once('close', resolve));
    expect(refused.child.exitCode).toBe(1);
    expect(refused.output).toContain(`The data folder ${dataFolder} can't be written: set SOQUY_DATA`);
  }
});

it('makes a data folder with the folders above it', async () => {
  const dataFolder = join(folder, 'not', 'there', 'yet');
  running = RunningStandalone.start({ dataFolder });
  await running.untilRunning();
  expect(existsSync(join(dataFolder, 'instance.json'))).toBe(true);
});

it('refuses a port that is taken, and names its variable', async () => {
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  const { port } = squatter.address() as { port: number };
  for (const variable of ['SOQUY_PORT', 'SOQUY_PG_PORT', 'SOQUY_EVENTSTORE_PORT']) {
    running = RunningStandalone.start({ env: { [variable]: String(port) } });
    await new Promise((resolve) => running!.child.once('exit', resolve));
    expect(running.output).toContain(variable);
    expect(running.child.exitCode).toBe(1);
    await running.discard();
  }
  squatter.close();
});

it('refuses one port for two parts, and names both variables', async () => {
  running = RunningStandalone.start({ env: { SOQUY_PORT: '39211', SOQUY_EVENTSTORE_PORT: '39211' } });
  await new Promise((resolve) => running!.child.once('exit', resolve));
  expect(running.child.exitCode).toBe(1);
  expect(running.output).toContain('SOQUY_PORT and SOQUY_EVENTSTORE_PORT are both port 39211');
});

it('refuses settings that make no sense, naming each', async () => {
  running = RunningStandalone.start({ env: { SOQUY_PORT: 'eighty', SOQUY_LOG_LEVEL: 'loud' } });
  await new Promise((resolve) => running!.child.once('exit', resolve));
  expect(running.child.exitCode).toBe(2);
  for (const name of ['SOQUY_PORT', 'SOQUY_LOG_LEVEL']) expect(running.output).toContain(name);
});
