import { spawnSync } from 'node:child_process';

it('writes JSON lines to stderr alone, without secrets or personal fields, from the level on that was asked for', () => {
  const program = `
    import { createLogger } from './dist/libs/configuration/src/index.js';
    const logger = createLogger('api', 'info');
    logger.debug('too fine');
    logger.info({ token: 'T1', request: { headers: { authorization: 'T2' }, password: 'T3' }, donor: { name: 'T4', contact: 'T5' }, requestId: 'r-1' }, 'took a command');
    logger.error({ err: new Error('broken') }, 'failed');
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(run.stdout).toBe('');
  expect(run.stderr).not.toMatch(/T[1-5]/);
  const lines = run.stderr.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toMatchObject([
    { part: 'api', level: 30, requestId: 'r-1', msg: 'took a command', token: '[redacted]' },
    { part: 'api', level: 50, msg: 'failed', err: { message: 'broken' } },
  ]);
});
