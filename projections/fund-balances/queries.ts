import { SqlParameters, figuresOf, readReflected } from '@ledger/projection-runtime';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import { FUND_BALANCES } from './fund-balances.projection.js';
import { FUND_FIGURES, MEASURES } from './measures.js';
import type { FundFigures } from './measures.js';

/** At most this many rows in a page. */
export const FUND_PAGE_LIMIT = 500;

export interface FundBalance {
  readonly fundId: string;
  readonly associationId: string;
  readonly code: string;
  readonly figures: FundFigures;
}

/** Every figure of a fund at the end of `on`, or of everything booked where it is left out. Undefined: no such fund. */
export async function fundBalance(database: SqlRunner, fundId: string, on?: string): Promise<Reflected<FundBalance | undefined>> {
  const values = new SqlParameters();
  const sql = `SELECT f.fund_id, f.association_id, f.code, t.* FROM read.fund_under f, LATERAL (${figuresUntil(values, on)}) AS t WHERE f.fund_id = ${values.add(fundId)}::uuid`;
  const answer = await readReflected<FundRow>(database, FUND_BALANCES, sql, values.values);
  return { ...answer, value: answer.value.map(balanceOf)[0] };
}

export interface FundListFilter {
  readonly associationId?: string;
  /** Also the funds of all units below; means nothing without `associationId`. */
  readonly withDescendants?: boolean;
  /** At the end of this day. */
  readonly on?: string;
}

export interface FundKey { readonly code: string; readonly fundId: string }

/** Funds by code, a page at a time; `after` is the key of the last one of the page before. */
export async function fundBalances(database: SqlRunner, filter: FundListFilter, limit: number, after?: FundKey): Promise<Reflected<FundBalance[]>> {
  const values = new SqlParameters();
  const conditions = ['true'];
  if (after) conditions.push(`(code, fund_id) > (${values.add(after.code)}, ${values.add(after.fundId)}::uuid)`);
  if (filter.associationId !== undefined)
    conditions.push(filter.withDescendants === true ? `under @> ARRAY[${values.add(filter.associationId)}::uuid]` : `association_id = ${values.add(filter.associationId)}::uuid`);
  const page = `SELECT fund_id, association_id, code FROM read.fund_under WHERE ${conditions.join(' AND ')}
    ORDER BY code, fund_id LIMIT ${values.add(Math.min(limit, FUND_PAGE_LIMIT))}`;
  const sql = `SELECT f.*, t.* FROM (${page}) AS f, LATERAL (${figuresUntil(values, filter.on)}) AS t ORDER BY f.code, f.fund_id`;
  const answer = await readReflected<FundRow>(database, FUND_BALANCES, sql, values.values);
  return { ...answer, value: answer.value.map(balanceOf) };
}

export interface FundDay {
  readonly day: string;
  /** At the end of the day. */
  readonly ended: FundFigures;
  /** What the day changed. */
  readonly changed: FundFigures;
}

export interface DayRange { readonly from?: string; readonly to?: string }

/** The days on which something moved, oldest first, a page at a time; `after` is the last day of the page before. */
export async function fundDays(database: SqlRunner, fundId: string, range: DayRange, limit: number, after?: string): Promise<Reflected<FundDay[]>> {
  const values = new SqlParameters();
  const fund = `${values.add(fundId)}::uuid`;
  const conditions = [`fund_id = ${fund}`];
  if (after !== undefined) conditions.push(`day > ${values.add(after)}::date`);
  if (range.from !== undefined) conditions.push(`day >= ${values.add(range.from)}::date`);
  if (range.to !== undefined) conditions.push(`day <= ${values.add(range.to)}::date`);
  const page = `SELECT * FROM read.fund_day WHERE ${conditions.join(' AND ')} ORDER BY day LIMIT ${values.add(Math.min(limit, FUND_PAGE_LIMIT))}`;
  const before = MEASURES.map((measure) => `coalesce(sum(${measure}), 0) AS ${measure}`).join(', ');
  const sql = `WITH page AS MATERIALIZED (${page}), carried AS (SELECT ${before} FROM read.fund_day WHERE fund_id = ${fund} AND day < (SELECT min(day) FROM page))
    SELECT day::text AS on_day, ${MEASURES.map((measure) => `page.${measure}::text AS changed_${measure}, (carried.${measure} + sum(page.${measure}) OVER (ORDER BY day))::text AS ${measure}`).join(', ')}
    FROM page, carried ORDER BY day`;
  const answer = await readReflected<Record<string, string>>(database, FUND_BALANCES, sql, values.values);
  return { ...answer, value: answer.value.map((row) => ({ day: String(row['on_day']), ended: figuresOf(FUND_FIGURES, (measure) => row[measure]), changed: figuresOf(FUND_FIGURES, (measure) => row[`changed_${measure}`]) })) };
}

export interface MonthClosing { readonly fundId: string; readonly code: string; readonly month: string; readonly closing: string }

/** Cash, bank and goods at each month's end, carried where nothing moved; `fromMonth` and `toMonth` are YYYY-MM. All funds under the association. */
export async function closingByMonth(database: SqlRunner, associationId: string, fromMonth: string, toMonth: string): Promise<Reflected<MonthClosing[]>> {
  const sql = `SELECT f.fund_id, f.code, to_char(m.month, 'YYYY-MM') AS month, coalesce(c.closing, 0)::text AS closing
    FROM read.fund_under f CROSS JOIN generate_series(($2 || '-01')::timestamp, ($3 || '-01')::timestamp, interval '1 month') AS m(month)
    LEFT JOIN LATERAL (SELECT sum(cash + bank + goods) AS closing FROM read.fund_day d WHERE d.fund_id = f.fund_id AND d.day < (m.month + interval '1 month')::date) AS c ON true
    WHERE f.under @> ARRAY[$1::uuid] ORDER BY f.code, m.month`;
  const answer = await readReflected<{ fund_id: string; code: string; month: string; closing: string }>(database, FUND_BALANCES, sql, [associationId, fromMonth, toMonth]);
  return { ...answer, value: answer.value.map((row) => ({ fundId: row.fund_id, code: row.code, month: row.month, closing: row.closing })) };
}

/** A SELECT of all measures of fund `f`: its row of totals, or the sum of its days up to `on`. */
function figuresUntil(values: SqlParameters, on: string | undefined): string {
  if (on === undefined) return `SELECT ${MEASURES.map((measure) => `b.${measure}::text`).join(', ')} FROM read.fund_balance b WHERE b.fund_id = f.fund_id`;
  const sums = MEASURES.map((measure) => `coalesce(sum(d.${measure}), 0)::text AS ${measure}`).join(', ');
  return `SELECT ${sums} FROM read.fund_day d WHERE d.fund_id = f.fund_id AND d.day <= ${values.add(on)}::date`;
}

type FundRow = { readonly fund_id: string; readonly association_id: string; readonly code: string } & Readonly<Record<string, string>>;

function balanceOf(row: FundRow): FundBalance {
  return { fundId: row.fund_id, associationId: row.association_id, code: row.code, figures: figuresOf(FUND_FIGURES, (measure) => row[measure]) };
}
