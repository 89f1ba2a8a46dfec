import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beneficiaryIdOf, donorIdOf } from '@ledger/fund-ledger';
import { discardDataFolder, RunningStandalone } from '../../test/support/standalone.js';
import { DONOR, namedSet, NEIGHBOUR, PUPIL, ROOT } from './testing/named-set.js';
import { send } from './testing/send.js';
import { filesBelow, findRaw } from './testing/raw-search.js';

jest.setTimeout(900_000);

/** Milliseconds after which a run is killed: some moments always, many in the full run. */
const FULL = process.env['SOQUY_FULL'] === '1';
const BACKUP_KILLS = FULL ? Array.from({ length: 15 }, (_, index) => 200 + index * 150) : [600, 1_200];
const RESTORE_KILLS = FULL ? Array.from({ length: 20 }, (_, index) => 500 + index * 500) : [2_000, 4_000];
const PASSPHRASE = 'một cụm mật khẩu dài';

let running: RunningStandalone;
let scratch: string;
let set: string;
let figures: string;
let firstAnswer: Booked;

interface Booked { readonly status: number; readonly stream: string; readonly revision: string; readonly position: string }

const at = (...parts: string[]): string => join(scratch, ...parts);
/** The command line on a data folder of this test; nothing needs to run on it. */
function soquyOn(dataFolder: string, ...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['apps/cli/bin/soquy.mjs', ...args], { encoding: 'utf8', env: { ...process.env, SOQUY_DATA: dataFolder } });
  return { status, said: stdout + stderr };
}
const restore = (dataFolder: string, backup: string, ...args: string[]) => soquyOn(dataFolder, 'restore', backup, '--passphrase-file', at('passphrase'), ...args);

function demand(done: { status: number | null; said: string }): string {
  if (done.status !== 0) throw new Error(`ended with ${done.status}: ${done.said}`);
  return done.said;
}

/** Registers a donor; `key` and `code` say whether it is the same command again. */
async function register(instance: RunningStandalone, key: string, code: string): Promise<Booked> {
  const answer = await send(`${instance.instance.apiUrl}/donors`, {
    method: 'POST', headers: { authorization: `Bearer ${instance.token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ tree: ROOT, code, kind: 'individual', name: 'Nhà hảo tâm mới' }),
  });
  const { stream, revision, position } = JSON.parse(answer.text) as Booked;
  return { status: answer.status, stream, revision, position };
}

async function nameOf(instance: RunningStandalone, path: string): Promise<string> {
  const answer = await send(`${instance.instance.apiUrl}${path}`, { headers: { authorization: `Bearer ${instance.token}` } });
  return (JSON.parse(answer.text) as { name: string }).name;
}
const pupil = `/beneficiaries/${beneficiaryIdOf(ROOT, PUPIL.code)}`;
const neighbour = `/beneficiaries/${beneficiaryIdOf(ROOT, NEIGHBOUR.code)}`;
const donor = `/donors/${donorIdOf(ROOT, DONOR.code)}`;

async function started(dataFolder: string): Promise<RunningStandalone> {
  const instance = RunningStandalone.start({ dataFolder });
  await instance.untilRunning();
  return instance;
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'soquy-backup-'));
  writeFileSync(at('passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 });
  set = namedSet();
  running = RunningStandalone.start();
  await running.untilRunning();
  demand(soquyOn(running.dataFolder, 'import', set));
  firstAnswer = await register(running, 'before-the-backup', 'MH-NEW-1');
  figures = running.soquy('figures', ROOT).stdout;
  demand(soquyOn(running.dataFolder, 'backup', at('old'), '--passphrase-file', at('passphrase')));
});
afterAll(async () => {
  await running.discard();
  for (const folder of readdirSync(scratch)) discardDataFolder(at(folder));
  for (const folder of [scratch, set]) rmSync(folder, { recursive: true, force: true });
});

it('restores onto an empty folder: figures, names, answers and imports are what they were', async () => {
  expect(demand(restore(at('one'), at('old')))).toContain('npm start');
  const restored = await started(at('one'));
  try {
    expect(restored.soquy('figures', ROOT).stdout).toBe(figures);
    expect(await nameOf(restored, pupil)).toBe(PUPIL.name);
    expect(restored.token).toBe(running.token);
    expect(await register(restored, 'before-the-backup', 'MH-NEW-1')).toEqual(firstAnswer);
    expect((await register(restored, 'before-the-backup', 'MH-NEW-2')).status).toBe(422);
    expect(demand(soquyOn(at('one'), 'import', set))).toContain('0 rows booked');
    expect(restored.soquy('figures', ROOT).stdout).toBe(figures);
  } finally {
    await restored.stop();
  }
});

it('is made while commands go on, and holds what was booked before it began', async () => {
  let going = true;
  let booked = 0;
  const writing = (async () => {
    for (; going; booked += 1) expect((await register(running, `during-${booked}`, `MH-NEW-D${booked}`)).status).toBe(201);
  })();
  expect(await ended(running.dataFolder, 'backup', at('busy'), '--keys', at('busy-keys'), '--passphrase-file', at('passphrase'))).toBe(0);
  going = false;
  await writing;
  expect(booked).toBeGreaterThan(0);
  expect(existsSync(at('busy', 'keys'))).toBe(false);
  // Without its keys nothing is restored; with them everything is.
  expect(restore(at('two'), at('busy'))).toMatchObject({ status: 1, said: expect.stringContaining('--keys') });
  expect(demand(restore(at('two'), at('busy'), '--keys', at('busy-keys')))).toContain('events');
});

it('holds no name and no key that could be read', () => {
  expect(findRaw([PUPIL.name, DONOR.name, PUPIL.born, running.token, readFileSync(join(running.dataFolder, 'secrets/master.key'), 'utf8').trim(), PASSPHRASE], filesBelow(at('old')))).toEqual([]);
});

it('refuses a wrong passphrase, a changed file, half a backup, foreign keys and a folder that is in use', () => {
  writeFileSync(at('wrong'), 'không phải cụm này', { mode: 0o600 });
  writeFileSync(at('open'), PASSPHRASE, { mode: 0o644 });
  const refused = (done: { status: number | null; said: string }, words: string): void => expect(done).toMatchObject({ status: 1, said: expect.stringContaining(words) });
  refused(soquyOn(at('none'), 'restore', at('old'), '--passphrase-file', at('wrong')), 'passphrase');
  refused(soquyOn(at('none'), 'restore', at('old'), '--passphrase-file', at('open')), 'chmod 600');
  refused(soquyOn(at('none'), 'restore', at('old')), '--passphrase-file');
  refused(restore(at('none'), at('old'), '--keys', at('busy-keys')), 'persons.sealed');
  refused(restore(at('none'), at('missing')), 'holds no complete backup');
  for (const path of filesBelow(at('old')).map((file) => file.slice(at('old').length + 1)).filter((file) => file !== 'backup.json')) {
    cpSync(at('old'), at('changed'), { recursive: true });
    const bytes = readFileSync(at('changed', path));
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(at('changed', path), bytes);
    refused(restore(at('none'), at('changed')), path);
    rmSync(at('changed', path));
    refused(restore(at('none'), at('changed')), path);
    rmSync(at('changed'), { recursive: true });
  }
  expect(existsSync(at('none'))).toBe(false);
  refused(restore(running.dataFolder, at('old')), 'not empty');
  refused(soquyOn(running.dataFolder, 'backup', at('old'), '--passphrase-file', at('passphrase')), 'not empty');
  expect(running.soquy('figures', ROOT).stdout).not.toBe('');
});

it('killed at any moment leaves no backup that looks whole, and no restore that serves', async () => {
  for (const patience of BACKUP_KILLS) {
    const folder = at(`killed-${patience}`);
    await killed(running.dataFolder, patience, 'backup', folder, '--passphrase-file', at('passphrase'));
    // It was quicker than the kill: then it is whole.
    if (existsSync(join(folder, 'backup.json'))) break;
    expect(restore(at('none'), folder).status).toBe(1);
  }
  expect(existsSync(at('none'))).toBe(false);
  for (const patience of RESTORE_KILLS) {
    await killed(at('three'), patience, 'restore', at('old'), '--passphrase-file', at('passphrase'));
  }
  if (existsSync(at('three', 'restore-unfinished'))) {
    const refused = RunningStandalone.start({ dataFolder: at('three') });
    await new Promise((resolve) => refused.child.once('exit', resolve));
    expect(refused.output).toContain('soquy restore');
  } else discardDataFolder(at('three'));
  demand(restore(at('three'), at('old')));
  const restored = await started(at('three'));
  expect(restored.soquy('figures', ROOT).stdout).toBe(figures);
  expect(await nameOf(restored, pupil)).toBe(PUPIL.name);
  await restored.stop();
});

it('erases again whom the log says to be erased, and whom something newer does', async () => {
  demand(soquyOn(running.dataFolder, 'erase', '--root', ROOT, PUPIL.code));
  writeFileSync(at('key'), 'ab'.repeat(32), { mode: 0o600 });
  demand(soquyOn(running.dataFolder, 'backup', at('new'), '--key-file', at('key')));
  // The keys of an older backup, put beside a newer log, are another backup's.
  mkdirSync(at('mixed'));
  cpSync(at('new'), at('mixed'), { recursive: true });
  copyFileSync(at('old', 'keys', 'persons.sealed'), at('mixed', 'keys', 'persons.sealed'));
  expect(restore(at('none'), at('mixed')).status).toBe(1);
  demand(soquyOn(at('four'), 'restore', at('new'), '--key-file', at('key')));
  writeFileSync(at('list'), `${donorIdOf(ROOT, DONOR.code)}\n{"type":"PledgeMade","data":{}}\n`);
  expect(demand(restore(at('five'), at('old'), '--erasures-from', running.dataFolder, at('list')))).toContain('2 by something newer');
  for (const [folder, erased, kept] of [['four', [pupil], [neighbour, donor]], ['five', [pupil, donor], [neighbour]]] as const) {
    const restored = await started(at(folder));
    // Waits until the read tables are built.
    expect(restored.soquy('figures', ROOT).stdout).toBe(figures);
    for (const path of erased) expect(await nameOf(restored, path)).toBe('đã xóa / erased');
    for (const path of kept) expect(await nameOf(restored, path)).not.toBe('đã xóa / erased');
    await restored.stop();
  }
  expect(readdirSync(running.dataFolder)).toContain('eventstore');
});

function begun(dataFolder: string, args: readonly string[]) {
  return spawn(process.execPath, ['apps/cli/bin/soquy.mjs', ...args], { env: { ...process.env, SOQUY_DATA: dataFolder }, stdio: 'ignore' });
}

/** Runs the command line beside this test; its exit code. */
function ended(dataFolder: string, ...args: string[]): Promise<number | null> {
  return new Promise((resolve) => begun(dataFolder, args).once('exit', resolve));
}

/** Runs the command line and kills it after some milliseconds, with whatever it started. */
async function killed(dataFolder: string, afterMs: number, ...args: string[]): Promise<void> {
  const child = begun(dataFolder, args);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const killing = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await gone;
  clearTimeout(killing);
}
