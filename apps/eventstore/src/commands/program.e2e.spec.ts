import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { TemporaryLogs, proposed } from '../storage/testing/temporary-logs.js';

jest.setTimeout(240_000);
const logs = new TemporaryLogs();
afterAll(() => logs.removeAll());

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = ['apps/standalone/bin/run-built.mjs', 'apps/eventstore/src/commands/main.js'];
  return spawnSync(process.execPath, [...program, ...args], { encoding: 'utf8' });
}

it('runs as a program beside the process that has the log open', async () => {
  const dir = await logs.folder();
  const log = await logs.open(dir);
  await log.append('a', 'no_stream', [proposed('1')]);
  const backup = join(await logs.folder(), 'backup');
  const restored = join(await logs.folder(), 'restored');
  expect(run('verify', '--dir', dir)).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(run('stat', '--dir', dir, '--json').stdout)).toMatchObject({ events: 3 });
  expect(run('backup', '--dir', dir, '--to', backup)).toMatchObject({ status: 0, stderr: '' });
  expect(run('restore', '--from', backup, '--to', restored)).toMatchObject({ status: 0, stderr: '' });
  expect(run('restore', '--from', backup, '--to', restored)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('is not empty') as string });
  const nowhere = run('copy', '--dir', dir, '--to', 'esdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1');
  expect(nowhere).toMatchObject({ status: 1, stderr: expect.stringContaining('The destination cannot be read') as string });
});
