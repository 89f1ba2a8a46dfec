import { connect } from 'node:net';
import { QueryFailedError } from 'typeorm';
import { isPassingFailure } from './passing-failure.js';

const failed = (code: string): Error => new QueryFailedError('SELECT 1', [], Object.assign(new Error('refused'), { code }));

describe('a failure', () => {
  it.each([
    ['a lost connection', failed('08006')], ['a server that shuts down', failed('57P01')], ['a full disk', failed('53100')], ['a server that was demoted', failed('25006')], ['a deadlock', failed('40P01')],
    ['a lock not had in time', failed('55P03')], ['a statement that took too long', failed('57014')], ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a socket whose queue is full', Object.assign(new Error('connect EAGAIN'), { code: 'EAGAIN' })],
    ['a connection ended by the server', new Error('Connection terminated unexpectedly')], ['one that was caused so', new Error('outer', { cause: failed('57P03') })],
  ])('passes: %s', (_what, error) => expect(isPassingFailure(error)).toBe(true));

  it('passes: what Node itself says of a socket that nobody listens on', async () => {
    const error: unknown = await new Promise((resolve) => connect({ path: '/nowhere/at/all' }).on('error', resolve));
    expect(isPassingFailure(new QueryFailedError('SELECT 1', [], error as Error))).toBe(true);
    expect(isPassingFailure(error)).toBe(true);
  });

  it.each([
    ['a number out of range', failed('22003')], ['a broken constraint', failed('23505')], ['a missing table', failed('42P01')],
    ['a bug', new TypeError('undefined is not a function')], ['anything that is no error', 'no'],
  ])('stays: %s', (_what, error) => expect(isPassingFailure(error)).toBe(false));
});
