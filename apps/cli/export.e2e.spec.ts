import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { canonicalJson } from '@ledger/kernel';
import { beneficiaryIdOf, donorIdOf } from '@ledger/fund-ledger';
import { RunningStandalone } from '../../test/support/standalone.js';
import { laterErasures } from './src/backup/later-erasures.js';
import { DESCRIPTION, DONOR, namedSet, ORGANISATION, PUPIL, ROOT } from './testing/named-set.js';
import { beancountBalances, hasBeancount, hasHledger, hledgerBalances, needing } from './testing/outside-tools.js';
import { findRaw } from './testing/raw-search.js';
import { send } from './testing/send.js';

jest.setTimeout(400_000);

const PERSONAL = [PUPIL.name, PUPIL.born, PUPIL.school, DONOR.name, DESCRIPTION, 'Lăng Vân', 'Thước Ngọc'];
const NASTY = '=HYPERLINK("x"); | 2023-01-01 * (no) one\n  Assets:A  1 VND\n; end comment';

interface Expected { readonly root: string; readonly funds: Record<string, Record<string, number>>; readonly fund_closing_by_month: Record<string, Record<string, number>> }

let running: RunningStandalone;
let set: string;
let scratch: string;
let expected: Expected;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'soquy-export-'));
  set = namedSet();
  writeInto('donations.csv', (line) => (line.includes('"') ? line : line.replace(/[^,]*$/, `"${NASTY.replaceAll('"', '""')}"`)), 40);
  expected = JSON.parse(readFileSync('samples/nam-hoc-2023-24/expected.json', 'utf8')) as Expected;
  running = RunningStandalone.start();
  await running.untilRunning();
  const { status, stdout, stderr } = running.soquy('import', set);
  expect({ status, told: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, told: '' });
});
afterAll(async () => {
  await running.discard();
  for (const folder of [scratch, set]) rmSync(folder, { recursive: true, force: true });
});

/** Changes the first lines of a file of the set. */
function writeInto(name: string, change: (line: string) => string, count: number): void {
  const path = join(set, name);
  writeFileSync(path, readFileSync(path, 'utf8').split(/\r?\n/).map((line, index) => (index > 0 && index <= count ? change(line) : line)).join('\n'));
}

function exported(name: string, ...args: string[]): string {
  const path = join(scratch, name);
  const { status, stderr } = running.soquy('export', ...args, '--out', path);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return path;
}

type Events = { readonly position: { readonly commit: string }; readonly sha256: string; readonly stream: string; readonly revision: string; readonly id: string; readonly type: string; readonly data: object; readonly metadata: object };
const eventsIn = (path: string): Events[] => readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Events);

/** What each fund holds, by its code, of balances by account name. */
function closings(balances: ReadonlyMap<string, bigint>): Record<string, Record<string, number>> {
  const FIGURES: Record<string, string> = { 1110: 'cash', 1120: 'bank', 1500: 'goods', 3300: 'endowment_principal', 9100: 'committed' };
  const found: Record<string, Record<string, number>> = {};
  for (const [account, balance] of balances) {
    const [, head = '', , fund = ''] = account.split(':');
    const figure = FIGURES[head.slice(0, 4)];
    if (figure !== undefined) (found[fund] ??= {})[figure] = Number(head.startsWith('1') ? balance : -balance);
  }
  return found;
}

function expectedClosings(isShown: (code: string) => boolean = () => true): Record<string, Record<string, number>> {
  return Object.fromEntries(Object.entries(expected.funds).filter(([code]) => isShown(code)).map(([code, figures]) =>
    [code, Object.fromEntries(['cash', 'bank', 'goods', 'endowment_principal', 'committed'].filter((name) => figures[name]).map((name) => [name, figures[name]!]))]));
}

/** The scopes an auditor asks for, and which funds are in each. */
const [district = ''] = readFileSync('samples/nam-hoc-2023-24/funds.csv', 'utf8').split('\n').slice(1).map((line) => line.split(',')[1] ?? '').filter((code) => code !== ROOT && code !== '');
const inDistrict = readFileSync('samples/nam-hoc-2023-24/funds.csv', 'utf8').split('\n').slice(1).map((line) => line.split(',')).filter(([, association]) => association === district).map(([code]) => code!);
const SCOPES: readonly (readonly [string, readonly string[], (code: string) => boolean])[] = [
  ['everything', [], () => true],
  ['one fund', ['--fund', `${ROOT}:${inDistrict[0]}`], (code) => code === inDistrict[0]],
  ['one association', ['--association', `${ROOT}:${district}`], (code) => inDistrict.includes(code)],
];

describe.each(SCOPES)('the journal of %s', (name, args, isShown) => {
  it(needing(hasHledger, 'hledger', 'is accepted by hledger and comes to the closings'), () => {
    if (hasHledger) expect(closings(hledgerBalances(exported('a.journal', 'journal', ...args)))).toEqual(expectedClosings(isShown));
  });

  it(needing(hasBeancount, 'beancount', 'is accepted by beancount and comes to the closings'), () => {
    if (hasBeancount) expect(closings(beancountBalances(exported('a.beancount', 'journal', '--format', 'beancount', ...args)))).toEqual(expectedClosings(isShown));
  });

  it('comes to the closings in a spreadsheet, also month by month', () => {
    const rows = parse(readFileSync(exported('a.csv', 'journal', '--format', 'csv', ...args)), { columns: true }) as Record<string, string>[];
    const last = new Map<string, bigint>();
    const months: Record<string, Record<string, number>> = {};
    for (const row of rows) {
      last.set(`${row['account_kind']}:${row['account']}:${row['tree']}:${row['fund']}`, BigInt(row['balance']!));
      const held = ['1110', '1120', '1500'].map((account) => last.get(`asset:${account}:${row['tree']}:${row['fund']}`) ?? 0n);
      (months[row['fund']!] ??= {})[row['day']!.slice(0, 7)] = Number(held[0]! + held[1]! + held[2]!);
    }
    expect(closings(new Map([...last].filter(([, balance]) => balance !== 0n)))).toEqual(expectedClosings(isShown));
    for (const [fund, closing] of Object.entries(months)) expect({ fund, ...expected.fund_closing_by_month[fund] }).toMatchObject({ fund, ...closing });
    expect(rows.reduce((sum, row) => sum + BigInt(row['debit'] || 0) - BigInt(row['credit'] || 0), 0n)).toBe(0n);
    if (name === 'everything') expect(rows.filter((row) => row['description']!.startsWith("'=HYPERLINK(")).length).toBeGreaterThan(10);
  });
});

describe('the event log', () => {
  it('comes whole, in order, canonical, and with a hash that anybody recomputes', async () => {
    const path = exported('events.ndjson', 'events');
    const events = eventsIn(path);
    expect(readFileSync(path, 'utf8')).toBe(events.map((event) => `${canonicalJson(event)}\n`).join(''));
    for (const { stream, revision, id, type, data, metadata, sha256 } of events)
      expect(createHash('sha256').update([stream, revision, id, type, JSON.stringify(data), JSON.stringify(metadata)].join('\n')).digest('hex')).toBe(sha256);
    const positions = events.map(({ position }) => BigInt(position.commit));
    expect(positions.every((position, index) => index === 0 || position > positions[index - 1]!)).toBe(true);
    expect(events[0]).toMatchObject({ stream: 'ledgerLog', type: 'LogIdentified', revision: '0' });
    const client = new pg.Client({ connectionString: running.instance.pgUrl });
    await client.connect();
    const { rows } = await client.query<{ events: string }>(`SELECT events::text FROM read.checkpoint WHERE projection = 'journal'`);
    await client.end();
    expect(events.length).toBe(Number(rows[0]!.events));
  });

  it('comes in part: from one position to another, and a single stream', () => {
    const events = eventsIn(exported('events.ndjson', 'events'));
    const place = (index: number): string => events[index]!.position.commit;
    const logId = events[0]!.id.slice(0, 8);
    expect(eventsIn(exported('part.ndjson', 'events', '--from', place(3), '--to', `${logId}-${place(7)}`))).toEqual(events.slice(3, 8));
    expect(eventsIn(exported('rest.ndjson', 'events', '--from', place(events.length - 2)))).toEqual(events.slice(-2));
    const book = events.find(({ stream }) => stream.startsWith('fundBook-'))!.stream;
    const ofBook = events.filter(({ stream }) => stream === book);
    expect(eventsIn(exported('book.ndjson', 'events', '--stream', book))).toEqual(ofBook);
    expect(eventsIn(exported('book.ndjson', 'events', '--stream', book, '--from', ofBook[2]!.position.commit, '--to', ofBook[4]!.position.commit))).toEqual(ofBook.slice(2, 5));
  });
});

it.each([
  [['journal', '--fund', `${ROOT}:none`], 'not found'], [['journal', '--from', '2023-02-30'], 'YYYY-MM-DD'], [['journal', '--from', '2023-02-02', '--to', '2023-02-01'], '2023-02-02 > 2023-02-01'],
  [['events', '--from', 'x'], 'a position is'], [['events', '--from', '00000000-5'], 'another log'], [['events', '--from', '3'], 'no record stands'],
  [['events', '--stream', 'none'], 'no such stream'], [['events', '--stream', '$all'], 'own streams'],
])('refuses %j, and leaves no file', (args, why) => {
  const folder = mkdtempSync(join(scratch, 'refused-'));
  const { status, stdout, stderr } = running.soquy('export', ...args, '--out', join(folder, 'file'));
  expect({ status, stdout, told: stderr.includes(why) }).toEqual({ status: 1, stdout: '', told: true });
  expect(readdirSync(folder)).toEqual([]);
});

it.each(['journal', 'events'])('lets a reader of the %s go away, quietly', (what) => {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail; node apps/cli/bin/soquy.mjs export ${what} | head -n 1`], { encoding: 'utf8', env: { ...process.env, SOQUY_DATA: running.dataFolder } });
  expect({ status, lines: stdout.split('\n').length - 1, stderr }).toEqual({ status: 0, lines: 1, stderr: '' });
});

it.each(['journal', 'events'])('waits for a slow reader of the %s, in the same memory, while the ledger goes on', async (what) => {
  const whole = readFileSync(exported('whole', what));
  const child = spawn(process.execPath, ['apps/cli/bin/soquy.mjs', 'export', what], { env: { ...process.env, SOQUY_DATA: running.dataFolder }, stdio: ['ignore', 'pipe', 'pipe'] });
  const memory = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1_024;
  try {
    const reader = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const read = [(await reader.next()).value as Buffer];
    await delay(1_000);
    const before = memory();
    for (let second = 0; second < 4; second += 1) {
      read.push((await reader.next()).value as Buffer);
      await delay(1_000);
    }
    expect(child.exitCode).toBeNull();
    expect(memory() - before).toBeLessThan(96);
    // A read model is built anew and takes the place of the one that is exported from, and commands are answered.
    expect(running.soquy('rebuild', 'journal').status).toBe(0);
    const booked = await send(`${running.instance.apiUrl}/associations`, {
      method: 'POST', headers: { authorization: `Bearer ${running.token}`, 'content-type': 'application/json', 'idempotency-key': `slow-${what}` },
      body: JSON.stringify({ code: `S-${what}`, name: 'Hội', level: 'province', members: 0, establishedOn: '2000-01-01' }),
    });
    expect({ status: booked.status, child: child.exitCode }).toEqual({ status: 201, child: null });
    for (let next = await reader.next(); next.done !== true; next = await reader.next()) read.push(next.value);
    // What was booked meanwhile is not in a journal that was begun before.
    expect(Buffer.concat(read).length === whole.length || what === 'events').toBe(true);
    expect(Buffer.concat(read).subarray(0, whole.length).equals(whole)).toBe(true);
  } finally {
    child.kill();
  }
});

it('does what the page about it says', () => {
  const page = readFileSync('docs/runbooks/export.md', 'utf8');
  const commands = [...page.matchAll(/```\n([^`]+)```/g)].flatMap(([, block]) => block!.trim().split('\n'))
    .filter((line) => line.startsWith('npx soquy') || (line.startsWith('hledger') && hasHledger) || (line.startsWith('bean-') && hasBeancount));
  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands) {
    const { status, stderr } = spawnSync('bash', ['-c', command.replace('npx soquy', `node ${resolve('apps/cli/bin/soquy.mjs')}`)], {
      cwd: scratch, encoding: 'utf8', env: { ...process.env, SOQUY_DATA: running.dataFolder, LC_ALL: 'C.UTF-8' } });
    expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
  }
});

const hasPython = spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0;
it(needing(hasPython, 'python3', 'has hashes that the page\'s own program finds right'), () => {
  if (!hasPython) return;
  const program = /```python\n([^`]+)```/.exec(readFileSync('docs/runbooks/export.md', 'utf8'))![1]!;
  const events = readFileSync(exported('events.ndjson', 'events'), 'utf8');
  const check = (input: string): number | null => spawnSync('python3', ['-c', program], { input, env: { ...process.env, PYTHONUTF8: '1' } }).status;
  expect(check(events)).toBe(0);
  expect(check(events.replace('"amount":"', '"amount":"1'))).toBe(1);
});

it('holds nothing of anybody, before and after an erasure, and tells a restore who was erased', async () => {
  const all = (): string[] => [exported('all.journal', 'journal'), exported('all.beancount', 'journal', '--format', 'beancount'), exported('all.csv', 'journal', '--format', 'csv'), exported('all.ndjson', 'events')];
  const before = all();
  expect(findRaw(PERSONAL, before)).toEqual([]);
  expect(findRaw([ORGANISATION], before).map(({ path }) => path)).toEqual([join(scratch, 'all.ndjson')]);
  const figures = before.slice(0, 3).map((path) => entriesOf(path));
  expect(running.soquy('erase', '--root', ROOT, PUPIL.code, DONOR.code).status).toBe(0);
  const after = all();
  expect(findRaw(PERSONAL, after)).toEqual([]);
  expect(after.slice(0, 3).map((path) => entriesOf(path))).toEqual(figures);
  expect(await laterErasures(join(scratch, 'all.ndjson'))).toEqual(new Set([beneficiaryIdOf(ROOT, PUPIL.code), donorIdOf(ROOT, DONOR.code)]));
});

/** The export without the line that says how much of the log it reflects. */
const entriesOf = (path: string): string => readFileSync(path, 'utf8').replace(/^; position: .*$/m, '');
