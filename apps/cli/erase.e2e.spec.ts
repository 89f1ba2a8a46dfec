import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { beneficiaryIdOf, donorIdOf } from '@ledger/fund-ledger';
import { RunningStandalone } from '../../test/support/standalone.js';
import { DESCRIPTION, DONOR, namedSet, NEIGHBOUR, ORGANISATION, peopleIn, PUPIL, ROOT } from './testing/named-set.js';
import { send } from './testing/send.js';
import { bytesOf, filesBelow, findRaw, foldersOf, formsOf } from './testing/raw-search.js';

jest.setTimeout(400_000);

/** What nobody may find in any file, at any time. */
const PERSONAL = [PUPIL.name, PUPIL.born, PUPIL.school, DONOR.name, DESCRIPTION, 'Lăng Vân', 'Thước Ngọc'];
const PEOPLE = 100;

let running: RunningStandalone;
let scratch: string;
let set: string;
let codes: string[];

const soquy = (...args: string[]): string => {
  const { status, stdout, stderr } = running.soquy(...args);
  if (status !== 0) throw new Error(`soquy ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
};

async function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: running.instance.pgUrl });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function answer(path: string): Promise<string> {
  const answered = await send(`${running.instance.apiUrl}${path}`, { headers: { authorization: `Bearer ${running.token}` } });
  return answered.text;
}

/** Everything that shows people, as the API answers it. */
async function answers(): Promise<string> {
  const pupil = beneficiaryIdOf(ROOT, PUPIL.code);
  const paths = [
    `/beneficiaries/${pupil}`, `/beneficiaries/${pupil}/history`, `/beneficiaries/${beneficiaryIdOf(ROOT, NEIGHBOUR.code)}`, `/donors/${donorIdOf(ROOT, DONOR.code)}`,
    `/beneficiaries?tree=${ROOT}&limit=500`, `/donors?tree=${ROOT}&limit=500`, `/beneficiaries?name=${encodeURIComponent('lang van')}`, `/donors?name=${encodeURIComponent(DONOR.name)}`,
  ];
  return (await Promise.all(paths.map(answer))).join('\n');
}

/** Every file of the installation and of a backup made now, with all that Postgres held in memory written out. */
async function everyFile(backup: string): Promise<string[]> {
  await sql('CHECKPOINT');
  const folder = join(scratch, backup);
  const keys = join(scratch, `${backup}.key`);
  writeFileSync(keys, 'ab'.repeat(32), { mode: 0o600 });
  soquy('backup', folder, '--key-file', keys);
  return filesBelow(...foldersOf(running.dataFolder), folder);
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'soquy-erase-'));
  set = namedSet();
  codes = peopleIn(set, PEOPLE);
  running = RunningStandalone.start({ env: { SOQUY_LOG_LEVEL: 'trace' } });
  await running.untilRunning();
  soquy('import', set);
});
afterAll(async () => {
  await running.discard();
  for (const folder of [scratch, set]) rmSync(folder, { recursive: true, force: true });
});

it('searches in a way that finds what is there', () => {
  const path = join(scratch, 'a-file');
  const bytes = Buffer.from(`x${PUPIL.name}y`);
  for (const form of [bytes.toString('utf8'), bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url'), encodeURIComponent(PUPIL.name), JSON.stringify(PUPIL.name.normalize('NFD'))]) {
    writeFileSync(path, form);
    expect(findRaw([PUPIL.name], [path])).toEqual([{ text: PUPIL.name, path }]);
  }
  expect(formsOf(PUPIL.name).length).toBeGreaterThan(20);
});

it('has no plaintext of a person at rest, not even while the person is known', async () => {
  // Searches and mistakes with names in them, for the logs.
  expect((await answers()).includes(PUPIL.name)).toBe(true);
  const refused = await send(`${running.instance.apiUrl}/donors`, {
    method: 'POST', headers: { authorization: `Bearer ${running.token}`, 'content-type': 'application/json', 'idempotency-key': 'wrong' }, body: JSON.stringify({ tree: ROOT, code: 'X', kind: 'individual', name: DONOR.name, [PUPIL.name]: DESCRIPTION }),
  });
  expect(refused.status).toBe(400);
  const files = await everyFile('before');
  expect(bytesOf(files)).toBeGreaterThan(16 * 1024 * 1024);
  expect(findRaw([ORGANISATION], files).length).toBeGreaterThan(1);
  expect(findRaw(PERSONAL, files)).toEqual([]);
});

it('refuses who is not one person, and then erases nobody', async () => {
  for (const args of [
    ['MH-B000001'], ['--root', ROOT, 'MH-B999999', PUPIL.code], ['--root', ROOT, PUPIL.code, 'MH-D00003'], ['00000000-0000-5000-8000-000000000000'], [],
  ]) expect(running.soquy('erase', ...args).status).toBe(1);
  expect(await sql('SELECT FROM vault.erased_persons')).toEqual([]);
});

it(`erases ${PEOPLE} people, killed again and again on the way: no figure moves, no name is left`, async () => {
  const figures = soquy('figures', ROOT);
  const before = await sql<{ person_id: string }>('SELECT person_id FROM vault.person_keys');
  const [master] = await sql<{ master_key_id: string }>('SELECT master_key_id FROM vault.current_master_key');
  const list = join(scratch, 'people.txt');
  writeFileSync(list, `# mỗi dòng một người / one in each line\n${codes.map((code, index) => (index % 2 ? `${ROOT} ${code}` : `${ROOT};${code}`)).join('\r\n')}\n`);
  for (const patience of [700, 1_100, 1_500, 1_900]) await eraseAndKill(list, patience);
  expect(soquy('erase', '--from', list, '--reason', 'Theo yêu cầu')).toContain('destroyed');
  const after = await sql<{ person_id: string; master_key_id: string }>('SELECT person_id, master_key_id FROM vault.person_keys');
  expect(before.length - after.length).toBe(PEOPLE);
  expect(after.map((row) => row.master_key_id)).not.toContain(master!.master_key_id);
  expect(soquy('figures', ROOT)).toBe(figures);
  await expectNobodyIsLeft('after');
  expect(soquy('erase', '--from', list)).toContain(`${PEOPLE} erased before`);
});

it('shows the same after everything was built again from the log', async () => {
  const figures = soquy('figures', ROOT);
  soquy('rebuild', 'all');
  expect(soquy('figures', ROOT)).toBe(figures);
  await expectNobodyIsLeft('rebuilt');
});

async function eraseAndKill(list: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, ['apps/cli/bin/soquy.mjs', 'erase', '--from', list], { env: { ...process.env, SOQUY_DATA: running.dataFolder }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const killing = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
  clearTimeout(killing);
}

async function expectNobodyIsLeft(backup: string): Promise<void> {
  const shown = await answers();
  expect([...PERSONAL, 'đã xóa / erased', NEIGHBOUR.name].filter((text) => shown.includes(text))).toEqual(['đã xóa / erased', NEIGHBOUR.name]);
  expect(findRaw(PERSONAL, await everyFile(backup))).toEqual([]);
}
