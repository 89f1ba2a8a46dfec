import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import pg from 'pg';
import { CHART, trialBalance, type AccountCode } from '@projections/journal';
import { testDatabase } from '../../../../../test/support/postgres.js';
import { HandMadeBooks, idOf } from '../../../testing/hand-made-books.js';
import { beancountBalances, beancountEntries, hasBeancount, hasHledger, hledgerBalances, hledgerEntries, needing } from '../../../testing/outside-tools.js';
import { ExportOutput } from '../output.js';
import { accountName } from './account-names.js';
import { CSV_COLUMNS } from './csv.js';
import type { Balances, JournalItem } from './entries.js';
import { writeJournal, type JournalFormatName } from './export-journal.js';
import { journalItems, type Period } from './journal-items.js';
import { takeSnapshot } from './journal-snapshot.js';
import { onOneLine } from './plain-text.js';
import type { ScopeAsked } from './scope.js';

jest.setTimeout(580_000);

const RUNS = process.env['SOQUY_FULL'] === undefined ? 3 : 40;
const ALL: ScopeAsked = { kind: 'all' };
const EVER: Period = { from: undefined, to: undefined };

let database: Awaited<ReturnType<typeof testDatabase>>;
let books: HandMadeBooks;
let folder: string;

beforeEach(async () => {
  database = await testDatabase();
  books = await HandMadeBooks.open(database.url);
  folder = mkdtempSync(join(tmpdir(), 'soquy-export-'));
});
afterEach(async () => {
  await books.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connected<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function exported(format: JournalFormatName, scope: ScopeAsked = ALL, period: Period = EVER): Promise<string> {
  const path = join(folder, format === 'hledger' ? 'a.journal' : `a.${format}`);
  const output = ExportOutput.toFile(path);
  const written = await connected((client) => writeJournal(client, { format, scope, ...period }, output));
  expect(written.kind).toBe('written');
  await output.finish();
  return path;
}

/** All that is exported, and that every balance told is what the entries before it come to. */
async function itemsOf(scope: ScopeAsked = ALL, period: Period = EVER): Promise<JournalItem[]> {
  return connected(async (client) => {
    const snapshot = await takeSnapshot(client, scope, period);
    if ('kind' in snapshot) throw new Error(snapshot.kind);
    const items: JournalItem[] = [];
    for await (const item of journalItems(snapshot, period)) items.push(item);
    expectTrue(items);
    return items;
  });
}

function expectTrue(items: readonly JournalItem[]): void {
  const standing = new Map<string, bigint>();
  const add = (fundId: string, account: string, amount: bigint): void => void standing.set(`${fundId} ${account}`, (standing.get(`${fundId} ${account}`) ?? 0n) + amount);
  for (const item of items) {
    if (item.kind === 'entry') for (const { debit, credit, amount } of item.postings) { add(item.fund.fundId, debit, amount); add(item.fund.fundId, credit, -amount); }
    else if (item.kind === 'carried') for (const [account, balance] of item.balances) add(item.fund.fundId, account, balance);
    else for (const [account, balance] of item.balances) expect([item.day, account, balance]).toEqual([item.day, account, standing.get(`${item.fund.fundId} ${account}`)]);
  }
}

const told = (items: readonly JournalItem[]): string[] => items.map((item) => (item.kind === 'entry' ? `${item.day} ${item.event} ${item.fund.code}` : `${item.day} ${item.kind} ${item.fund.code} ${shown(item)}`));
const shown = ({ balances }: Balances): string => balances.map(([account, balance]) => `${account}=${balance}`).join(' ');

function smallTree(): void {
  books.associate('T', 'T');
  books.associate('T', 'T-1', 'T');
  books.openFund({ tree: 'T', association: 'T', code: 'A', bank: '1000' });
  books.openFund({ tree: 'T', association: 'T-1', code: 'B' });
}
const A = { tree: 'T', code: 'A' };
const B = { tree: 'T', code: 'B' };
const receive = (fund: typeof A, day: string, amount: string, more: object = {}): void => void books.book(fund, 'DonationReceived', 'receipt', day, { account: 'cash', amount, donorId: idOf('donor'), ...more });

describe('what is exported', () => {
  it('is in posting order, with what stands at each month\'s end after all of the month', async () => {
    smallTree();
    receive(A, '2023-03-31', '7');
    receive(A, '2023-01-31', '5');
    receive(B, '2023-01-31', '3');
    await books.project();
    expect(told(await itemsOf())).toEqual([
      '2023-01-01 FundBookOpened A', '2023-01-31 DonationReceived A', '2023-01-31 DonationReceived B',
      '2023-01-31 standing A 1110=5 1120=1000 3000=-1000', '2023-01-31 standing B 1110=3',
      '2023-02-28 standing A 1110=5 1120=1000 3000=-1000', '2023-02-28 standing B 1110=3',
      '2023-03-31 DonationReceived A', '2023-03-31 standing A 1110=12 1120=1000 3000=-1000', '2023-03-31 standing B 1110=3',
    ]);
  });

  it('keeps the order of an imported set within a day, whichever way it went into the log', async () => {
    smallTree();
    for (const [seq, amount] of [['3', '30'], ['1', '10'], ['2', '20']] as const) books.book(A, 'InterestCredited', 'interest', '2023-02-01', { amount }, { source: { set: 'set', seq } });
    await books.project();
    expect((await itemsOf()).flatMap((item) => (item.kind === 'entry' && item.event === 'InterestCredited' ? item.postings.map(({ amount }) => amount) : []))).toEqual([10n, 20n, 30n]);
  });

  it('carries forward what stood before the first day, and ends with the last', async () => {
    smallTree();
    receive(A, '2023-01-31', '5');
    receive(A, '2023-02-10', '6');
    receive(A, '2023-02-20', '7');
    await books.project();
    expect(told(await itemsOf(ALL, { from: '2023-02-01', to: '2023-02-15' }))).toEqual([
      '2023-02-01 carried A 1110=5 1120=1000 3000=-1000 4100=-5', '2023-02-10 DonationReceived A', '2023-02-15 standing A 1110=11 1120=1000 3000=-1000',
    ]);
    expect(told(await itemsOf(ALL, { from: '2023-03-01', to: '2023-04-30' })).slice(1)).toEqual(['2023-03-31 standing A 1110=18 1120=1000 3000=-1000', '2023-04-30 standing A 1110=18 1120=1000 3000=-1000']);
    expect(told(await itemsOf(ALL, { from: undefined, to: '2022-12-31' }))).toEqual([]);
    // The hand-made log was all recorded on 2024-01-01: nobody knows what stands at the end of that month.
    expect(told(await itemsOf(ALL, { from: '2023-12-01', to: '2024-06-30' })).slice(-1)).toEqual(['2024-01-01 standing A 1110=18 1120=1000 3000=-1000']);
  });

  it('finds a fund, and an association with all below it, by id and by code', async () => {
    smallTree();
    receive(B, '2023-02-01', '1');
    books.associate('T:1', 'T:1');
    books.openFund({ tree: 'T:1', association: 'T:1', code: 'x', bank: '4' });
    books.associate('T', '1:x', 'T');
    books.openFund({ tree: 'T', association: '1:x', code: '1:x', bank: '5' });
    await books.project();
    const fundsOf = async (scope: ScopeAsked): Promise<string[]> => [...new Set((await itemsOf(scope)).map(({ fund }) => fund.code))].sort();
    expect(await fundsOf({ kind: 'fund', text: 'T:B' })).toEqual(['B']);
    expect(await fundsOf({ kind: 'fund', text: books.fundId(A).toUpperCase() })).toEqual(['A']);
    expect(await fundsOf({ kind: 'association', text: 'T:T-1' })).toEqual(['B']);
    expect(await fundsOf({ kind: 'association', text: idOf('T\nT') })).toEqual(['1:x', 'A', 'B']);
    expect(await fundsOf(ALL)).toEqual(['1:x', 'A', 'B', 'x']);
    const refused = (scope: ScopeAsked): Promise<unknown> => connected((client) => takeSnapshot(client, scope, EVER));
    expect(await refused({ kind: 'fund', text: 'T:none' })).toEqual({ kind: 'not_found' });
    expect(await refused({ kind: 'fund', text: `T:A' OR 'a'='a` })).toEqual({ kind: 'not_found' });
    expect(await refused({ kind: 'association', text: books.fundId(A) })).toEqual({ kind: 'not_found' });
    expect(await refused({ kind: 'fund', text: 'T:1:x' })).toMatchObject({ kind: 'ambiguous', ids: { length: 2 } });
  });

  it.each(['journal', 'statement', 'registry'] as const)('is as far as all read models have come, where that of the %s is behind', async (behind) => {
    smallTree();
    receive(A, '2023-01-31', '5');
    await books.project();
    const before = await itemsOf();
    receive(A, '2023-01-20', '60');
    books.openFund({ tree: 'T', association: 'T', code: 'C', bank: '1' });
    await books.project(behind);
    expect(await itemsOf()).toEqual(before);
    await books.project();
    expect(told(await itemsOf())).toContain('2023-01-31 standing A 1110=65 1120=1000 3000=-1000');
  });

  it('stays what it was while the books go on, and keeps nobody waiting', async () => {
    smallTree();
    await books.project();
    await connected(async (client) => {
      const snapshot = await takeSnapshot(client, ALL, EVER);
      if ('kind' in snapshot) throw new Error(snapshot.kind);
      const { rows: [me] } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      expect(await books.database.query('SELECT state, xact_start, backend_xmin, (SELECT count(*)::int FROM pg_locks l WHERE l.pid = a.pid) AS locks FROM pg_stat_activity a WHERE pid = $1', [me!.pid]))
        .toEqual([{ state: 'idle', xact_start: null, backend_xmin: null, locks: 0 }]);
      receive(A, '2023-01-02', '5');
      await books.project();
      const items: JournalItem[] = [];
      for await (const item of journalItems(snapshot, EVER)) items.push(item);
      expect(told(items)).toEqual(['2023-01-01 FundBookOpened A', '2023-01-31 standing A 1120=1000 3000=-1000']);
    });
  });

  it('is empty for an empty ledger, and accepted', async () => {
    expect(await itemsOf()).toEqual([]);
    const [journal, bean, csv] = [await exported('hledger'), await exported('beancount'), await exported('csv')];
    expect(readFileSync(csv, 'utf8')).toBe(`${CSV_COLUMNS.join(',')}\r\n`);
    if (hasHledger) expect(hledgerBalances(journal).size).toBe(0);
    if (hasBeancount) expect(beancountBalances(bean).size).toBe(0);
  });
});

const NASTY = [
  '"', '\\', '\\"', ';', '|', '\n', '\r\n', '\t', '=1+1', '@SUM(A1)', '-2', '+3', ')', '(', '[2020-01-01]', '  ', '; date:2020-01-01', 'type:X', 'end comment', '\n2023-01-01 * x\n  A  1 VND\n  B\n',
  'Quỹ học bổng', 'Nguyễn', '\u202e', 'שלום', '\u2028', '😀', 'a,b', ':', '#tag', '^link', '{', '*', '!', '~', "'", '%', '\u0000'.replace('\u0000', '\u0001'), 'x'.repeat(200), '=cmd|\' /C calc\'!A0',
];
const nasty = fc.array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 8 })), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('').replaceAll('\u0000', '').slice(0, 200).replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')).filter((text) => text !== '');
const amount = fc.oneof(fc.bigInt({ min: 1n, max: 1_000_000n }), fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })).map(String);
interface Random {
  readonly type: string;
  readonly fund: number;
  readonly day: number;
  readonly account: string;
  readonly amount: string;
  readonly text: string;
  readonly reference: string | undefined;
  readonly described: boolean;
}
const KINDS: Readonly<Record<string, (one: Random, funds: readonly string[]) => object>> = {
  DonationReceived: (one: Random) => ({ account: one.account, amount: one.amount, donorId: idOf('donor') }),
  DisbursementPaid: (one: Random) => ({ account: one.account, amount: one.amount, purpose: 'gift', recipients: 1 }),
  MovedBetweenAccounts: (one: Random) => ({ fromAccount: one.account, toAccount: 'bank', amount: one.amount }),
  TransferSent: (one: Random, funds: readonly string[]) => ({ fromAccount: one.account, amount: one.amount, toFundId: funds[0], toAccount: 'bank', transferId: idOf('t') }),
  TransferReceived: (one: Random, funds: readonly string[]) => ({ fromFundId: funds[0], fromAccount: 'bank', account: one.account, amount: one.amount, transferId: idOf('t'), sentOn: '2023-01-01' }),
  ScholarshipAwarded: (one: Random) => ({ scholarshipId: idOf('s'), code: 's', programId: idOf('p'), beneficiaryId: idOf('b'), amount: one.amount, instalments: 2 }),
  InstalmentPaid: (one: Random) => ({ scholarshipId: idOf('s'), beneficiaryId: idOf('b'), instalment: 1, account: one.account, amount: one.amount }),
  InterestCredited: (one: Random) => ({ amount: one.amount }),
  EndowmentAdded: (one: Random) => ({ amount: one.amount, from: 'donation' }),
  VoucherAdjusted: (one: Random, funds: readonly string[]) => ({
    adjusts: { kind: 'receipt', stream: `fundBook-${funds[0]}`, year: 2023, number: 1, revision: '1', effectiveOn: '2023-01-01' }, delta: `-${one.amount}`, remaining: '0', account: one.account, reason: one.text }),
};
const random: fc.Arbitrary<Random> = fc.record({
  type: fc.constantFrom(...Object.keys(KINDS)), fund: fc.nat(), day: fc.integer({ min: 0, max: 420 }), account: fc.constantFrom('cash', 'bank', 'goods'), amount,
  text: nasty, reference: fc.option(nasty, { nil: undefined }), described: fc.boolean(),
});
const ledgers = fc.record({ tree: nasty, codes: fc.uniqueArray(nasty, { minLength: 1, maxLength: 4 }), names: fc.array(nasty, { minLength: 4, maxLength: 4 }), moves: fc.array(random, { minLength: 1, maxLength: 60 }) });

/** Books a random ledger in a tree of its own and answers its association. */
async function book(nth: number, { tree: text, codes, names, moves }: typeof ledgers extends fc.Arbitrary<infer One> ? One : never): Promise<{ scope: ScopeAsked; association: string }> {
  const tree = `${text} ${nth}`.slice(-200);
  books.associate(tree, tree);
  codes.forEach((code, index) => books.openFund({ tree, association: tree, code, name: names[index]!, bank: '5' }));
  const funds = codes.map((code) => ({ tree, code }));
  const ids = funds.map((fund) => books.fundId(fund));
  moves.forEach((one) => {
    const day = new Date(Date.parse('2022-11-15T00:00:00Z') + one.day * 86_400_000).toISOString().slice(0, 10);
    books.book(funds[one.fund % funds.length]!, one.type, 'receipt', day, { ...KINDS[one.type]!(one, ids), ...(one.described && { description: one.text }), externalReference: one.reference });
  });
  await books.project();
  return { scope: { kind: 'association', text: idOf(`${tree}\n${tree}`) }, association: idOf(`${tree}\n${tree}`) };
}

/** Balances of all funds of these items, by the ledger's own trial balances, under the names of the export. */
async function ours(items: readonly JournalItem[]): Promise<Map<string, bigint>> {
  const balances = new Map<string, bigint>();
  for (const fund of new Set(items.map((item) => item.fund))) {
    for (const { account, closing } of (await trialBalance(books.database, { fundId: fund.fundId }, {})).value.lines) if (closing !== '0') balances.set(accountName(fund, account), BigInt(closing));
  }
  return balances;
}

const WIDE: Record<string, string> = { ';': '；', '|': '｜' };
const remarks = (items: readonly JournalItem[]): { day: string; position: string; event: string; remark: string }[] => items.flatMap((item) => {
  if (item.kind !== 'entry') return [];
  const remark = [item.description, item.reason].flatMap((text) => (text === null ? [] : [onOneLine(text)])).filter((text) => text !== '').join(' / ');
  return [{ day: item.day, position: item.position, event: item.event, remark }];
});

async function eachLedger(check: (scope: ScopeAsked, items: readonly JournalItem[]) => Promise<void>): Promise<void> {
  let nth = 0;
  await fc.assert(fc.asyncProperty(ledgers, async (ledger) => {
    const { scope } = await book((nth += 1), ledger);
    await check(scope, await itemsOf(scope));
  }), { numRuns: RUNS, endOnFailure: true });
}

describe('whatever people write', () => {
  it(needing(hasHledger, 'hledger', 'hledger accepts the export, reads every entry as it is, and comes to our balances'), async () => {
    if (!hasHledger) return;
    await eachLedger(async (scope, items) => {
      const path = await exported('hledger', scope);
      expect(hledgerBalances(path)).toEqual(await ours(items));
      const read = hledgerEntries(path).filter(({ text }) => !text.startsWith('BalanceAssertion'));
      expect(read.map(({ day, position, text }) => ({ day, position, text }))).toEqual(remarks(items).map(({ day, position, event, remark }) =>
        ({ day, position, text: remark === '' ? event : `${event} | ${remark.replace(/[;|]/g, (one) => WIDE[one]!)}` })));
    });
  });

  it(needing(hasBeancount, 'beancount', 'beancount accepts the export, reads every entry as it is, and comes to our balances'), async () => {
    if (!hasBeancount) return;
    await eachLedger(async (scope, items) => {
      const path = await exported('beancount', scope);
      expect(beancountBalances(path)).toEqual(await ours(items));
      expect(beancountEntries(path).map(({ day, position, text }) => ({ day, position, text })).sort(byPosition))
        .toEqual(remarks(items).map(({ day, position, event, remark }) => ({ day, position, text: `${event} | ${remark}` })).sort(byPosition));
    });
  });

  it('a spreadsheet reads every cell as text, and the balances are ours', async () => {
    await eachLedger(async (scope, items) => {
      const rows = parse(readFileSync(await exported('csv', scope)), { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
      const balances = new Map<string, bigint>();
      const funds = new Map([...new Set(items.map((item) => item.fund))].map((fund) => [fund.fundId, fund]));
      for (const row of rows) {
        expect(Object.keys(row)).toEqual(CSV_COLUMNS);
        expect(Object.entries(row).filter(([name, cell]) => name !== 'balance' && (/^\s*[=+\-@]/.test(cell) || /[\r\n\t]|;[\s"]*[=+\-@]/.test(cell)))).toEqual([]);
        expect(row['account_kind']).toBe(CHART[row['account'] as AccountCode].kind);
        balances.set(accountName(funds.get(row['fund_id']!)!, row['account'] as AccountCode), BigInt(row['balance']!));
      }
      expect(new Map([...balances].filter(([, balance]) => balance !== 0n))).toEqual(await ours(items));
      const entries = items.flatMap((item) => (item.kind === 'entry' ? item.postings.flatMap(() => [item, item]) : []));
      expect(rows.map((row) => (row['description'] ?? '').replace(/^'/, '').replaceAll(";'", ';'))).toEqual(entries.map(({ description }) => onOneLine(description ?? '').replaceAll(";'", ';')));
    });
  });
});

function byPosition(a: { position: string }, b: { position: string }): number {
  return Number(BigInt(a.position) - BigInt(b.position));
}
