import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(180_000);

const logs = mkdtempSync(join(tmpdir(), 'soquy-bench-'));
afterAll(() => rmSync(logs, { recursive: true, force: true }));

// The smallest form of the bench, so that it does not rot: a log is built, the projector makes its tables, commands and
// queries go over HTTP. What it measures here says nothing; that each part checks its own results does.
it('measures a small ledger from its log to its answers', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [
    'apps/standalone/bin/run-built.mjs', 'apps/bench/src/main.js', 'catch-up', 'queries', 'commands', 'hot-fund', '--quick', '--movements', '500', '--logs', logs,
  ], { encoding: 'utf8' });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  for (const row of ['ceiling: official client', 'projector catch-up', 'fund balance, 16 clients', 'statement page', 'beneficiary history', 'commands, 64 connections', 'hot fund, two api processes']) expect(stdout).toContain(row);
  // Copies are removed, what was built stays.
  expect(readdirSync(logs)).toEqual(['movements-500']);
});

it('says which parts there are', () => {
  const { status, stderr } = spawnSync(process.execPath, ['apps/standalone/bin/run-built.mjs', 'apps/bench/src/main.js', 'no-such-part'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('catch-up, rebuild, queries');
});
