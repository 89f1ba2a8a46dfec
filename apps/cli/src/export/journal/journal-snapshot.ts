import pg from 'pg';
import { dayInVietnam, invariant } from '@ledger/kernel';
import type { AccountCode } from '@projections/journal';
import type { ExportedFund } from './entries.js';
import { accountsSql, fundsSql, monthsSql, postingsSql } from './journal-sql.js';
import type { MonthRow, PostingRow, Stretch } from './journal-sql.js';
import { scopeOf } from './scope.js';
import type { ScopeAsked, ScopeFound } from './scope.js';

/** Rows fetched at a time. */
const PAGE = 1_000;
/** The read models that an export puts together; it shows what all of them reflect. */
export const EXPORTED_FROM: readonly string[] = ['journal', 'fund-statement', 'registry'];
/** Making the snapshot of a ledger takes seconds for each million movements. */
const LONGEST_STATEMENT_MS = 30 * 60_000;

export interface ExportedAccount {
  readonly fund: ExportedFund;
  readonly account: AccountCode;
  /** Debit less credit before the first day. */
  readonly carried: bigint;
  /** First day with a posting; undefined where it is only carried. */
  readonly firstDay: string | undefined;
}

export interface JournalSnapshot {
  readonly title: string;
  /** Undefined for an empty ledger. */
  readonly reflected: { readonly position: bigint; readonly logId: string; readonly day: string } | undefined;
  /** By tree and code. */
  readonly funds: ReadonlyMap<string, ExportedFund>;
  /** In the order of the funds, then of the accounts. */
  readonly accounts: readonly ExportedAccount[];
  /** By month. */
  readonly months: AsyncIterable<MonthRow>;
  /** In posting order. */
  readonly postings: AsyncIterable<PostingRow>;
}

/**
 * Takes a snapshot of the journal on that connection: consistent, and as far as all read models have come. Postgres
 * keeps its rows in files of its own for as long as the connection lasts; the transaction is over when this answers, so
 * whoever reads slowly keeps nobody waiting: no lock, no old version of a row.
 */
export async function takeSnapshot(client: pg.Client, asked: ScopeAsked, { from, to }: Pick<Stretch, 'from' | 'to'>): Promise<JournalSnapshot | Exclude<ScopeFound, { kind: 'found' }>> {
  await client.query(`SET statement_timeout = ${LONGEST_STATEMENT_MS}; SET work_mem = '64MB'; SET jit = off; SET cursor_tuple_fraction = 1`);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // No read model is switched while the snapshot is made; the lock comes before the snapshot, which the first read takes.
  await client.query('LOCK TABLE read.checkpoint IN ACCESS SHARE MODE');
  const found = await scopeOf(client, asked);
  if (found.kind !== 'found') return found;
  const { condition, title } = found.scope;
  const reflected = await reflectedBy(client);
  const stretch: Stretch = { condition, position: reflected?.position ?? -1n, from, to };
  const all = new Map<string, ExportedFund>();
  for (const { fund_id: fundId, ...fund } of await rowsOf<{ fund_id: string; tree: string; code: string; name: string }>(client, fundsSql(stretch))) all.set(fundId, { fundId, ...fund });
  const accounts = await readAccounts(client, stretch, all);
  await client.query(`DECLARE months NO SCROLL CURSOR WITH HOLD FOR ${monthsSql(stretch)}`);
  await client.query(`DECLARE postings NO SCROLL CURSOR WITH HOLD FOR ${postingsSql(stretch)}`);
  await client.query('COMMIT');
  const shown = new Set(accounts.map(({ fund }) => fund.fundId));
  const funds = new Map([...all].filter(([fundId]) => shown.has(fundId)));
  return { title, reflected, funds, accounts, months: held<MonthRow>(client, 'months'), postings: held<PostingRow>(client, 'postings') };
}

async function rowsOf<Row extends object>(client: pg.Client, sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await client.query<Row>(sql, values)).rows;
}

async function reflectedBy(client: pg.Client): Promise<JournalSnapshot['reflected']> {
  const rows = await rowsOf<{ position: string | null; log_id: string | null; event_time: Date | null }>(client,
    'SELECT c.position::text, c.log_id, c.event_time FROM read.checkpoint c WHERE c.projection = ANY($1) ORDER BY c.position NULLS FIRST', [EXPORTED_FROM]);
  const [least] = rows;
  if (rows.length < EXPORTED_FROM.length || !least || least.position === null || least.log_id === null || least.event_time === null) return undefined;
  return { position: BigInt(least.position), logId: least.log_id, day: dayInVietnam(least.event_time) };
}

async function readAccounts(client: pg.Client, stretch: Stretch, funds: ReadonlyMap<string, ExportedFund>): Promise<ExportedAccount[]> {
  const rows = await rowsOf<{ fund_id: string; account: AccountCode; carried: string | null; first_day: string | null }>(client, accountsSql(stretch));
  const order = new Map([...funds.keys()].map((fundId, place) => [fundId, place]));
  return rows.map(({ fund_id: fundId, account, carried, first_day: firstDay }) => ({ fund: fundOf(funds, fundId), account, carried: BigInt(carried ?? 0), firstDay: firstDay ?? undefined }))
    .sort((a, b) => (order.get(a.fund.fundId) ?? 0) - (order.get(b.fund.fundId) ?? 0) || (a.account < b.account ? -1 : 1));
}

export function fundOf(funds: ReadonlyMap<string, ExportedFund>, fundId: string): ExportedFund {
  const fund = funds.get(fundId);
  invariant(fund !== undefined, `fund ${fundId} is posted to and is registered`);
  return fund;
}

/** Rows of a cursor that outlives its transaction, a page at a time as they are asked for. */
async function* held<Row extends object>(client: pg.Client, cursor: string): AsyncGenerator<Row, void, undefined> {
  for (;;) {
    const rows = await rowsOf<Row>(client, `FETCH ${PAGE} FROM ${cursor}`);
    yield* rows;
    if (rows.length < PAGE) break;
  }
  await client.query(`CLOSE ${cursor}`);
}
