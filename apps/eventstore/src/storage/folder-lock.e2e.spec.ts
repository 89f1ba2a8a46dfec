import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { LogLockedError } from './open-errors.js';
import { TemporaryLogs, proposed } from './testing/temporary-logs.js';

jest.setTimeout(240_000);
const logs = new TemporaryLogs();
const running = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await logs.removeAll();
});

async function ownerProcess(dir: string): Promise<ChildProcess> {
  const program = 'apps/eventstore/src/storage/testing/append-until-killed.js';
  const child = spawn(process.execPath, ['apps/standalone/bin/run-built.mjs', program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

describe('the lock on the folder', () => {
  it('names folder and owner to whoever comes second, in another process and in the same', async () => {
    const dir = await logs.folder();
    const owner = await ownerProcess(dir);
    const refused: unknown = await logs.open(dir).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LogLockedError);
    expect(refused).toMatchObject({ folder: dir, ownerPid: owner.pid, message: `the event store folder ${dir} is in use by process ${owner.pid}` });
    const own = await logs.folder();
    await logs.open(own);
    await expect(logs.open(own)).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it('is free after kill -9 of its owner, with nothing to clean up', async () => {
    const dir = await logs.folder();
    const owner = await ownerProcess(dir);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(Number(await readFile(join(dir, 'lock'), 'utf8'))).toBe(owner.pid);
    const log = await logs.open(dir);
    expect(await log.append('after', 'no_stream', [proposed('1')])).toMatchObject({ kind: 'appended' });
  });

  it('is given to one of many who come at once', async () => {
    const dir = await logs.folder();
    const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => logs.open(dir)));
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(LogLockedError);
  });

  it('is free after a clean stop and after an opening that failed', async () => {
    const dir = await logs.folder();
    await logs.close(await logs.open(dir));
    await expect(logs.open(dir, { segmentBytes: 1 })).rejects.toThrow(/segments have/);
    await logs.open(dir);
  });
});
