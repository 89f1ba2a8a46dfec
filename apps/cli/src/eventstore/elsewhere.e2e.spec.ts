import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { projectRoot } from '@ledger/configuration';
import { startEventStoreServer } from '../../../eventstore/src/index.js';

jest.setTimeout(240_000);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'soquy-elsewhere-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('finds the programs that it starts from any folder, also when it is called through a link', async () => {
  const log = join(folder, 'log');
  await (await startEventStoreServer({ dir: log })).stop();
  const link = join(folder, 'soquy');
  symlinkSync(resolve('apps/cli/bin/soquy.mjs'), link);
  const { status, stdout, stderr } = spawnSync(process.execPath, [link, 'eventstore', 'stat', '--dir', 'log', '--json'], { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'counted', events: 2 });
});

it('takes the nearest folder above the running program that holds what was built', () => {
  expect(projectRoot(resolve('apps/cli/bin/soquy.mjs'))).toBe(process.cwd());
  expect(projectRoot(resolve('dist/apps/cli/src/main.js'))).toBe(process.cwd());
  expect(() => projectRoot(folder)).toThrow('npm run build');
});
