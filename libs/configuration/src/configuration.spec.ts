import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokens, readConfiguration, removeInstance, runningInstance, tokenRegister, VARIABLES, writeInstance, type Configuration } from '@ledger/configuration';

const read = (environment: Record<string, string>): Configuration => {
  const outcome = readConfiguration(environment, '/project');
  if ('errors' in outcome) throw new Error(outcome.errors.join('\n'));
  return outcome.configuration;
};
const errorsOf = (environment: Record<string, string>): readonly string[] => {
  const outcome = readConfiguration(environment, '/project');
  return 'errors' in outcome ? outcome.errors : [];
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'soquy-configuration-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('needs no variable at all', () => {
  expect(read({})).toMatchObject({
    dataFolder: '/project/data', host: '127.0.0.1', port: 3000, postgresUrl: undefined, eventStoreUrl: undefined,
    tokensFile: '/project/data/secrets/tokens.json', masterKeyFile: '/project/data/secrets/master.key',
  });
});

it('puts the secrets below the data folder that is named', () => {
  expect(read({ SOQUY_DATA: '/elsewhere' }).hashSecretFile).toBe('/elsewhere/secrets/hash.key');
});

it.each([
  ['SOQUY_PORT', '70000'], ['SOQUY_PG_PORT', 'five'], ['SOQUY_EVENTSTORE_PORT', '-1'], ['SOQUY_PG_URL', 'mysql://x'],
  ['SOQUY_EVENTSTORE_URL', 'http://127.0.0.1'], ['SOQUY_LOG_LEVEL', 'loud'], ['SOQUY_HOST', 'a b'], ['SOQUY_ALLOWED_HOSTS', 'good.vn, http://bad'], ['SOQUY_TOKENS', 'treasurer'],
])('names %s when it is %s', (name, value) => {
  const errors = errorsOf({ [name]: value });
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.every((error) => error.startsWith(name) && error.length > name.length + 20)).toBe(true);
});

it('never repeats a token or a password in an error', () => {
  expect(errorsOf({ SOQUY_TOKENS: 'a:tooshort' }).join()).not.toContain('tooshort');
  expect(errorsOf({ SOQUY_PG_URL: 'postgre://u:geheim@h/d' }).join()).not.toContain('geheim');
});

it('takes everything behind the first colon for the token', () => {
  expect(read({ SOQUY_TOKENS: 'thu.quy:0123456789:abcdef, kiem-toan:abcdefghijklmnop' }).tokens).toEqual([
    { actorId: 'thu.quy', token: '0123456789:abcdef' }, { actorId: 'kiem-toan', token: 'abcdefghijklmnop' },
  ]);
});

it('names every fault at once', () => {
  const errors = errorsOf({ SOQUY_PORT: 'x', SOQUY_LOG_LEVEL: 'y', SOQUY_TOKENS: 'a:0123456789abcdef,b:0123456789abcdef' });
  expect(errors.map((error) => error.split(/[ ,]/)[0])).toEqual(['SOQUY_LOG_LEVEL', 'SOQUY_TOKENS', 'SOQUY_PORT']);
});

it('takes the forms that the two servers\' clients take', () => {
  for (const url of ['postgres://u:p@db:5432/soquy', 'postgresql://db/soquy?sslmode=require']) expect(read({ SOQUY_PG_URL: url }).postgresUrl).toBe(url);
  for (const url of ['esdb://a:2113?tls=false', 'esdb://a:2113,b:2113,c:2113', 'esdb+discover://u:p@es.local']) {
    expect(read({ SOQUY_EVENTSTORE_URL: url }).eventStoreUrl).toBe(url);
  }
  for (const url of ['postgres://', 'postgres:/x', 'db/soquy']) expect(errorsOf({ SOQUY_PG_URL: url })).toHaveLength(1);
});

it('makes a file with one token for its owner alone, and finds its actor again', () => {
  const settings = read({ SOQUY_DATA: folder });
  const [first] = loadTokens(settings);
  expect(statSync(settings.tokensFile!).mode & 0o777).toBe(0o600);
  expect(loadTokens(settings)).toEqual([first]);
  const actorOf = tokenRegister([first!, { actorId: 'auditor', token: 'another-long-token' }]);
  expect([actorOf(first!.token), actorOf('another-long-token'), actorOf('guess')]).toEqual(['treasurer', 'auditor', undefined]);
});

it('refuses a tokens file that is none, and says what to write', () => {
  const settings = read({ SOQUY_DATA: folder, SOQUY_TOKENS_FILE: join(folder, 'tokens.json') });
  writeFileSync(settings.tokensFile!, '{}', { mode: 0o600 });
  expect(() => loadTokens(settings)).toThrow(/SOQUY_TOKENS_FILE .*actorId/);
  const twice = ['a', 'b'].map((actorId) => ({ actorId, token: '0123456789abcdef' }));
  writeFileSync(settings.tokensFile!, JSON.stringify(twice), { mode: 0o600 });
  expect(() => loadTokens(settings)).toThrow(/entry 2: the token is another actor's/);
});

it('refuses a tokens file that others may read', () => {
  const settings = read({ SOQUY_DATA: folder });
  loadTokens(settings);
  chmodSync(settings.tokensFile!, 0o644);
  expect(() => loadTokens(settings)).toThrow(/chmod 600/);
});

it('finds the instance that runs, and not one that was killed', () => {
  const instance = { apiUrl: 'http://127.0.0.1:1', pgUrl: 'postgres://x', eventstoreUrl: 'esdb://y', pid: process.pid, startedAt: '2026-01-01T00:00:00Z' };
  expect(runningInstance(folder)).toBeUndefined();
  writeInstance(folder, instance);
  expect(runningInstance(folder)).toEqual(instance);
  writeInstance(folder, { ...instance, pid: 2 ** 22 + 1 });
  expect(runningInstance(folder)).toBeUndefined();
  expect(statSync(join(folder, 'instance.json')).mode & 0o777).toBe(0o600);
  removeInstance(folder);
  removeInstance(folder);
  expect(runningInstance(folder)).toBeUndefined();
});

it.each(['', '{', 'null', '{"pid":1}', JSON.stringify({ apiUrl: '', pgUrl: '', eventstoreUrl: '', startedAt: '', pid: -1 })])(
  'says what to do with a note that is broken: %s', (text) => {
    writeFileSync(join(folder, 'instance.json'), text);
    expect(() => runningInstance(folder)).toThrow(/instance\.json .*delete it/);
  },
);

it('documents exactly the variables that the code reads', () => {
  const rows = readFileSync('docs/configuration.md', 'utf8').split('\n').filter((line) => line.startsWith('| `SOQUY_'));
  const expected = VARIABLES.map(({ name, fallback, meaning }) => `| \`${name}\` | ${fallback === '' ? '–' : `\`${fallback}\``} | ${meaning} |`);
  expect(rows).toEqual(expected);
});
