import { spawn } from 'node:child_process';

/** Fills what its reader has room for, logs a line that is gathered, and ends. */
const PROGRAM = `
  const { writeSync } = await import('node:fs');
  const { createAccessLogger } = await import('./dist/libs/configuration/src/index.js');
  process.stderr.writable; // As a program that writes to it: the system then answers at once where there is no room.
  const access = createAccessLogger('spec', 'info');
  for (const size of [4096, 1]) try { for (;;) writeSync(2, 'x'.repeat(size)); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
  access.info('one more');
  process.exit(7);
`;

it('a process ends though nobody reads what it has to say', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: ['ignore', 'ignore', 'pipe'] });
  // `exit`, not `close`: nothing is read here until it has ended.
  const code = await new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  child.stderr.resume();
  expect(code).toBe(7);
});
