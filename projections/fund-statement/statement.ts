import { POSTING_ORDER, SqlParameters, readReflected } from '@ledger/projection-runtime';
import type { PostingKey, Reflected, SqlRunner } from '@ledger/projection-runtime';
import { FUND_STATEMENT } from './fund-statement.projection.js';
import { lineFrom, LINE_COLUMNS } from './lines.js';
import type { LineRow, StatementLine } from './lines.js';
import { BY_HAND, FIGURES, HAND_BLOCK, SET_BLOCK } from './sums.js';
import { known } from './tables.js';

/** At most this many lines in a page. */
export const STATEMENT_PAGE_LIMIT = 500;
/** Of a voucher's adjustments the line shows at most this many, the earliest recorded first. */
export const ADJUSTMENTS_SHOWN = 10;

export interface StatementQuestion {
  /** First and last effective day, both included. */
  readonly from?: string;
  readonly to?: string;
  /** ISO 8601 instant: only what was known then, that is the longest prefix of the log that was all recorded by then. */
  readonly knownAt?: string;
}

/**
 * A page of a fund's statement in posting order, each line with what it changed and what stood after it; `after` is the
 * key of the last line of the page before. A fund without movements, or that does not exist, has no lines.
 */
export async function fundStatement(database: SqlRunner, fundId: string, question: StatementQuestion, limit: number, after?: PostingKey): Promise<Reflected<StatementLine[]>> {
  return known.ask(database, FUND_STATEMENT, question.knownAt, async (before) => {
    const values = new SqlParameters();
    const fund = `${values.add(fundId)}::uuid`;
    const isKnown = (row: string): string => (before === undefined ? '' : `AND ${row}.position < ${values.add(before)}::bigint`);
    const conditions = [`m.fund_id = ${fund} ${isKnown('m')}`];
    if (after) conditions.push(`(${KEY('m')}) > (${values.add(after.day)}::date, ${values.add(after.anchor)}::bigint, ${values.add(after.seq)}::numeric, ${values.add(after.position)}::bigint)`);
    if (question.from !== undefined) conditions.push(`m.day >= ${values.add(question.from)}::date`);
    if (question.to !== undefined) conditions.push(`m.day <= ${values.add(question.to)}::date`);
    const late = before === undefined ? '' : `UNION ALL SELECT ${negated('l')} FROM read.fund_movement l, begins f WHERE l.fund_id = ${fund} AND l.position >= ${values.add(before)}::bigint AND (${KEY('l')}) < (${KEY('f')})`;
    const sql = `WITH page AS MATERIALIZED (SELECT m.* FROM read.fund_movement m WHERE ${conditions.join(' AND ')} ORDER BY ${KEY('m')} LIMIT ${values.add(Math.min(limit, STATEMENT_PAGE_LIMIT))}),
      begins AS (SELECT ${POSTING_ORDER} FROM page ORDER BY ${POSTING_ORDER} LIMIT 1),
      carried AS (SELECT ${FIGURES.map((figure) => `coalesce(sum(${figure}), 0) AS ${figure}`).join(', ')} FROM (${upTo(fund)} ${late}) AS parts),
      lines AS (SELECT p.*, ${FIGURES.map((figure) => `carried.${figure} + sum(p.${figure}) OVER (ORDER BY ${KEY('p')}) AS ${figure}_after`).join(', ')} FROM page p, carried)
      SELECT ${LINE_COLUMNS}, adjusted.list AS adjusted_by FROM lines, LATERAL (${adjustments(isKnown('a'))}) AS adjusted ORDER BY ${KEY('lines')}`;
    return readReflected<LineRow, StatementLine>(database, FUND_STATEMENT, sql, values.values, lineFrom);
  });
}

const KEY = (row: string): string => POSTING_ORDER.split(', ').map((column) => `${row}.${column}`).join(', ');
const own = (row: string): string => FIGURES.map((figure) => `${row}.${figure}`).join(', ');
const negated = (row: string): string => FIGURES.map((figure) => `-${row}.${figure}`).join(', ');

/**
 * Everything before the line that the page begins with (`begins`): whole days, whole blocks of its day, and a part of
 * one block of each kind; the movement that a set's anchor comes from counts as entered by hand.
 */
function upTo(fund: string): string {
  return `SELECT ${own('b')} FROM read.fund_statement_sum b, begins f WHERE b.fund_id = ${fund} AND b.day < f.day
    UNION ALL SELECT ${own('b')} FROM read.fund_statement_sum b, begins f WHERE b.fund_id = ${fund} AND b.day = f.day AND CASE b.block_seq WHEN ${BY_HAND}
        THEN b.block_anchor + ${HAND_BLOCK} <= f.anchor ELSE (b.block_anchor, b.block_seq) < (f.anchor, div(f.seq, ${SET_BLOCK})) END
    UNION ALL SELECT ${own('h')} FROM begins f, read.fund_movement h WHERE h.fund_id = ${fund} AND h.day = f.day
        AND h.anchor >= f.anchor - f.anchor % ${HAND_BLOCK} AND h.anchor < f.anchor AND h.anchor = h.position
    UNION ALL SELECT ${own('o')} FROM begins f, read.fund_movement o WHERE o.fund_id = ${fund} AND o.day = f.day
        AND o.position = f.anchor AND o.anchor = f.anchor AND (${KEY('o')}) < (${KEY('f')})
    UNION ALL SELECT ${own('s')} FROM begins f, read.fund_movement s WHERE s.fund_id = ${fund} AND s.day = f.day
        AND s.anchor = f.anchor AND s.seq >= div(f.seq, ${SET_BLOCK}) * ${SET_BLOCK} AND (s.seq, s.position) < (f.seq, f.position) AND s.anchor <> s.position`;
}

/** What was booked to correct a line's voucher, in this book or in that of the fund on the other side. */
function adjustments(isKnown: string): string {
  return `SELECT coalesce(json_agg(json_build_object('fundId', t.fund_id, 'kind', t.voucher_kind, 'year', t.voucher_year, 'number', t.voucher_number, 'day', t.day) ORDER BY t.position), '[]') AS list
    FROM (SELECT a.* FROM read.fund_movement a WHERE a.adjusts_fund_id = lines.fund_id AND a.adjusts_revision = lines.revision ${isKnown} ORDER BY a.position LIMIT ${ADJUSTMENTS_SHOWN}) AS t`;
}

/** Sealed text of a movement, by its place in the log. */
export interface SealedTexts {
  readonly position: string;
  readonly description: { readonly personId: string; readonly sealed: string } | null;
  readonly reason: { readonly personId: string; readonly sealed: string } | null;
}

/** What of the texts of these movements is sealed under a person's key; movements without such text are left out. */
export async function sealedTexts(database: SqlRunner, fundId: string, positions: readonly string[]): Promise<Reflected<SealedTexts[]>> {
  const sql = `SELECT position::text AS at_position, CASE WHEN description_of IS NOT NULL THEN json_build_object('personId', description_of, 'sealed', description_sealed) END AS description,
      CASE WHEN reason_of IS NOT NULL THEN json_build_object('personId', reason_of, 'sealed', reason_sealed) END AS reason
    FROM sealed.fund_movement_text WHERE fund_id = $1::uuid AND position = ANY($2::bigint[]) AND (description_of IS NOT NULL OR reason_of IS NOT NULL)`;
  const answer = await readReflected<Omit<SealedTexts, 'position'> & { readonly at_position: string }>(database, FUND_STATEMENT, sql, [fundId, positions.slice(0, STATEMENT_PAGE_LIMIT)]);
  return { ...answer, value: answer.value.map(({ at_position: position, ...texts }) => ({ position, ...texts })) };
}
