import { SqlParameters, figuresFrom, figuresOf, knownCut, readReflected, readReflectedRow } from '@ledger/projection-runtime';
import type { KnownCut, Reflected, SqlRunner } from '@ledger/projection-runtime';
import { FUND_BALANCES } from './fund-balances.projection.js';
import { FUND_FIGURES, MEASURES } from './measures.js';
import type { FundFigures, Measure } from './measures.js';
import { known } from './tables.js';

/** At most this many rows in a page. */
export const FUND_PAGE_LIMIT = 500;

export interface FundBalance {
  readonly fundId: string;
  readonly associationId: string;
  readonly code: string;
  readonly figures: FundFigures;
}

/** What is asked of a fund: up to when, and what was known when. */
export interface BalanceQuestion {
  /** At the end of this day; left out: with everything booked. */
  readonly on?: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

/** Every figure of a fund. Undefined: there is no such fund, or it was not known. */
export async function fundBalance(database: SqlRunner, fundId: string, question: BalanceQuestion = {}): Promise<Reflected<FundBalance | undefined>> {
  if (question.knownAt === undefined) return balanceOfOne(database, fundId, question.on);
  const answer = await balancesOf(database, question, (values) => `fund_id = ${values.add(fundId)}::uuid`, 1);
  return { ...answer, value: answer.value[0] };
}

/** What is asked most: all figures in one column, since each column costs more than what it holds. */
async function balanceOfOne(database: SqlRunner, fundId: string, on: string | undefined): Promise<Reflected<FundBalance | undefined>> {
  const found = 'f.fund_id, f.association_id, f.code';
  const [sql, values] = on === undefined
    ? [`SELECT ${found}, concat_ws(' ', ${MEASURES.map((measure) => `f.${measure}`).join(', ')}) AS figures FROM read.fund_balance f WHERE f.fund_id = $1::uuid`, [fundId]]
    : [`SELECT ${found}, s.figures FROM read.fund_under f, (${AT_DAY_END}) AS s WHERE f.fund_id = $1::uuid`, [fundId, on]];
  const { value, ...reflection } = await readReflectedRow<{ fund_id: string; association_id: string; code: string; figures: string }>(database, FUND_BALANCES, sql, values);
  return { value: value && { fundId: value.fund_id, associationId: value.association_id, code: value.code, figures: figuresFrom(FUND_FIGURES, value.figures) }, ...reflection };
}

const SUMMED = MEASURES.map((measure) => `coalesce(sum(${measure}), 0) AS ${measure}`).join(', ');
const OF_FUND = 'FROM read.fund_day_block WHERE fund_id = $1::uuid';
/**
 * Of a fund $1 at the end of a day $2: its days up to then, or, where the day is nearer to the last one, everything less
 * the days after it. To add up thirty figures of some hundred days is most of what the question costs.
 */
const AT_DAY_END = `
  WITH nearer AS MATERIALIZED (SELECT (SELECT max(day) ${OF_FUND}) - $2::date < $2::date - (SELECT min(day) ${OF_FUND}) AS late),
    side AS MATERIALIZED (SELECT late, CASE WHEN late THEN $2::date ELSE '-infinity' END AS after, CASE WHEN late THEN 'infinity' ELSE $2::date END AS until FROM nearer)
  SELECT concat_ws(' ', ${MEASURES.map((measure) => `CASE WHEN side.late THEN t.${measure} - s.${measure} ELSE s.${measure} END`).join(', ')}) AS figures
  FROM side CROSS JOIN (SELECT ${SUMMED} ${OF_FUND} AND day > (SELECT after FROM side) AND day <= (SELECT until FROM side)) AS s LEFT JOIN read.fund_balance t ON t.fund_id = $1::uuid`;

export interface FundListFilter extends BalanceQuestion {
  readonly associationId?: string;
  /** Also the funds of all units below; means nothing without `associationId`. */
  readonly withDescendants?: boolean;
}

export interface FundKey { readonly code: string; readonly fundId: string }

/** Funds by code, a page at a time; `after` is the key of the last one of the page before. */
export async function fundBalances(database: SqlRunner, filter: FundListFilter, limit: number, after?: FundKey): Promise<Reflected<FundBalance[]>> {
  return balancesOf(database, filter, (values) => {
    const conditions = ['true'];
    if (after) conditions.push(`(code, fund_id) > (${values.add(after.code)}, ${values.add(after.fundId)}::uuid)`);
    if (filter.associationId !== undefined)
      conditions.push(filter.withDescendants === true ? `under @> ARRAY[${values.add(filter.associationId)}::uuid]` : `association_id = ${values.add(filter.associationId)}::uuid`);
    return conditions.join(' AND ');
  }, Math.min(limit, FUND_PAGE_LIMIT));
}

/** A page of the funds that fulfil a condition, by code, with their figures. */
function balancesOf(database: SqlRunner, { on, knownAt }: BalanceQuestion, conditionOf: (values: SqlParameters) => string, limit: number): Promise<Reflected<FundBalance[]>> {
  return known.ask(database, FUND_BALANCES, knownAt, async (before, through) => {
    const values = new SqlParameters();
    const cut = before === undefined ? undefined : knownCut(before, through);
    const isKnown = before === undefined ? '' : `AND position < ${values.add(before)}::bigint`;
    const page = `SELECT fund_id, association_id, code FROM read.fund_under WHERE ${conditionOf(values)} ${isKnown} ORDER BY code, fund_id LIMIT ${values.add(limit)}`;
    const figures = MEASURES.map((measure) => `t.${measure}::text AS ${measure}_text`).join(', ');
    const summed = on === undefined && before === undefined ? 'JOIN read.fund_balance t USING (fund_id)'
      : `LEFT JOIN (SELECT fund_id, ${SUMMED} FROM (${partsOf(values, { fund: 'fund_id IN (SELECT fund_id FROM page)', to: on, cut })}) AS parts GROUP BY fund_id) AS t USING (fund_id)`;
    const sql = `WITH page AS MATERIALIZED (${page}) SELECT page.fund_id, page.association_id, page.code, ${figures} FROM page ${summed} ORDER BY page.code, page.fund_id`;
    const answer = await readReflected<FundRow>(database, FUND_BALANCES, sql, values.values);
    return { ...answer, value: answer.value.map(balanceOf) };
  });
}

export interface FundDay {
  readonly day: string;
  /** At the end of the day. */
  readonly ended: FundFigures;
  /** What the day changed. */
  readonly changed: FundFigures;
}

export interface DayRange {
  /** First and last day, both included. */
  readonly from?: string;
  readonly to?: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

/** The days on which something moved, oldest first, a page at a time; `after` is the last day of the page before. */
export async function fundDays(database: SqlRunner, fundId: string, { from, to, knownAt }: DayRange, limit: number, after?: string): Promise<Reflected<FundDay[]>> {
  return known.ask(database, FUND_BALANCES, knownAt, async (before) => {
    const values = new SqlParameters();
    // Which days there were only tells what was known.
    const cut = before === undefined ? undefined : knownCut(before, undefined, 'known');
    const parts = partsOf(values, { fund: `fund_id = ${values.add(fundId)}::uuid`, to, cut });
    const conditions = ['true'];
    if (after !== undefined) conditions.push(`day > ${values.add(after)}::date`);
    if (from !== undefined) conditions.push(`day >= ${values.add(from)}::date`);
    const carried = MEASURES.map((measure) => `coalesce(sum(${measure}), 0) AS ${measure}`).join(', ');
    const ended = MEASURES.map((measure) => `page.${measure}::text AS changed_${measure}, (carried.${measure} + sum(page.${measure}) OVER (ORDER BY page.day))::text AS ended_${measure}`).join(', ');
    const sql = `WITH parts AS MATERIALIZED (${parts}),
      page AS MATERIALIZED (SELECT day, ${SUMMED} FROM parts WHERE ${conditions.join(' AND ')} GROUP BY day ORDER BY day LIMIT ${values.add(Math.min(limit, FUND_PAGE_LIMIT))}),
      carried AS (SELECT ${carried} FROM parts WHERE day < (SELECT min(day) FROM page))
      SELECT page.day::text AS on_day, ${ended} FROM page, carried ORDER BY page.day`;
    const answer = await readReflected<Record<string, string>>(database, FUND_BALANCES, sql, values.values);
    const figures = (row: Record<string, string>, of: 'ended' | 'changed'): FundFigures => figuresOf(FUND_FIGURES, (measure) => row[`${of}_${measure}`]);
    return { ...answer, value: answer.value.map((row) => ({ day: String(row['on_day']), ended: figures(row, 'ended'), changed: figures(row, 'changed') })) };
  });
}

export interface MonthClosing { readonly fundId: string; readonly code: string; readonly month: string; readonly closing: string }

/** `from` and `to` are YYYY-MM. */
export interface MonthRange {
  readonly from: string;
  readonly to: string;
  /** Months after this day's are left out, and its own is closed on it. */
  readonly on?: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

/** Cash, bank and goods at each month's end, carried where nothing moved. All funds under the association. */
export async function closingByMonth(database: SqlRunner, associationId: string, { from, to, on, knownAt }: MonthRange): Promise<Reflected<MonthClosing[]>> {
  return known.ask(database, FUND_BALANCES, knownAt, async (before, through) => {
    const values = new SqlParameters();
    const cut = before === undefined ? undefined : knownCut(before, through);
    const isKnown = before === undefined ? '' : `AND position < ${values.add(before)}::bigint`;
    const funds = `SELECT fund_id, code FROM read.fund_under WHERE under @> ARRAY[${values.add(associationId)}::uuid] ${isKnown}`;
    const [first, last] = [from, to].map((month) => `(${values.add(month)} || '-01')::timestamp`);
    const until = on === undefined ? '' : `WHERE months.month <= ${values.add(on)}::date`;
    const sql = `WITH funds AS MATERIALIZED (${funds}),
      months AS MATERIALIZED (SELECT months.month::date AS month FROM generate_series(${first}, ${last}, interval '1 month') AS months(month) ${until}),
      changed AS (SELECT fund_id, greatest(date_trunc('month', day::timestamp)::date, (SELECT min(month) FROM months)) AS month, sum(cash + bank + goods) AS amount
        FROM (${partsOf(values, { fund: 'fund_id IN (SELECT fund_id FROM funds)', to: on, cut, measured: ['cash', 'bank', 'goods'] })}) AS parts GROUP BY 1, 2)
      SELECT f.fund_id, f.code, to_char(m.month, 'YYYY-MM') AS month, (sum(coalesce(c.amount, 0)) OVER (PARTITION BY f.fund_id ORDER BY m.month))::text AS closing
      FROM funds f CROSS JOIN months m LEFT JOIN changed c USING (fund_id, month) ORDER BY f.code, f.fund_id, m.month`;
    const answer = await readReflected<{ fund_id: string; code: string; month: string; closing: string }>(database, FUND_BALANCES, sql, values.values);
    return { ...answer, value: answer.value.map((row) => ({ fundId: row.fund_id, code: row.code, month: row.month, closing: row.closing })) };
  });
}

interface Parts {
  /** The condition that says which funds. */
  readonly fund: string;
  readonly to: string | undefined;
  readonly cut: KnownCut | undefined;
  readonly measured?: readonly Measure[];
}

/** The rows to add up: the days' sums, and where not everything was known more or less the changes of the block that is cut. */
function partsOf(values: SqlParameters, { fund, to, cut, measured = MEASURES }: Parts): string {
  const until = to === undefined ? '' : `AND day <= ${values.add(to)}::date`;
  const days = `SELECT fund_id, day, ${measured.join(', ')} FROM read.fund_day_block WHERE ${fund} ${until}`;
  if (cut === undefined) return days;
  return `${days} AND block < ${values.add(cut.blocks)}::bigint UNION ALL
    SELECT fund_id, day, ${measured.map((measure) => `coalesce(${cut.isLess ? '-' : ''}${measure}, 0)`).join(', ')} FROM read.fund_change
    WHERE ${fund} ${until} AND position >= ${values.add(cut.from)}::bigint AND position < ${values.add(cut.to)}::bigint`;
}

type FundRow = { readonly fund_id: string; readonly association_id: string; readonly code: string } & Readonly<Record<string, string>>;

function balanceOf(row: FundRow): FundBalance {
  return { fundId: row.fund_id, associationId: row.association_id, code: row.code, figures: figuresOf(FUND_FIGURES, (measure) => row[`${measure}_text`] ?? undefined) };
}
