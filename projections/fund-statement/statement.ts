import { POSTING_ORDER, SQL_FIELD_END, SQL_ROW_END, SqlParameters, readReflectedRow } from '@ledger/projection-runtime';
import type { PostingKey, Reflected, SqlRunner } from '@ledger/projection-runtime';
import { FUND_STATEMENT } from './fund-statement.projection.js';
import { ADJUSTMENT_COLUMN, TEXTS_COLUMN, lineColumn, lineOf, writtenLines } from './lines.js';
import type { StatementLine, WrittenLine, WrittenPage } from './lines.js';
import { BY_HAND, FIGURES, HAND_BLOCK, SET_BLOCK, sqlMonthOf } from './sums.js';
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
  const { value, ...reflection } = await fundStatementText(database, fundId, { ...question, withSealed: false }, limit, after);
  return { value: value.map(lineOf), ...reflection };
}

/** The same as text; where `withSealed`, each line also has what of its texts is sealed under a person's key. */
export async function fundStatementText(
  database: SqlRunner, fundId: string, question: StatementQuestion & { readonly withSealed: boolean }, limit: number, after?: PostingKey,
): Promise<Reflected<WrittenLine[]>> {
  return known.ask(database, FUND_STATEMENT, question.knownAt, async (before) => {
    const values = new SqlParameters();
    const fund = `${values.add(fundId)}::uuid`;
    const isKnown = (row: string): string => (before === undefined ? '' : `AND ${row}.position < ${values.add(before)}::bigint`);
    const conditions = [`m.fund_id = ${fund} ${isKnown('m')}`];
    if (after) conditions.push(`(${KEY('m')}) > (${values.add(after.day)}::date, ${values.add(after.anchor)}::bigint, ${values.add(after.seq)}::numeric, ${values.add(after.position)}::bigint)`);
    if (question.from !== undefined) conditions.push(`m.day >= ${values.add(question.from)}::date`);
    if (question.to !== undefined) conditions.push(`m.day <= ${values.add(question.to)}::date`);
    const late = before === undefined ? '' : `UNION ALL SELECT ${negated('l')} FROM read.fund_movement l, begins f WHERE l.fund_id = ${fund} AND l.position >= ${values.add(before)}::bigint AND (${KEY('l')}) < (${KEY('f')})`;
    const source = question.withSealed ? 'sealed.fund_movement' : 'read.fund_movement';
    const sql = `WITH page AS MATERIALIZED (SELECT ${KEY('m')}, m.revision, ${lineColumn(question.withSealed)} AS line, ${TEXTS_COLUMN} AS texts FROM ${source} m WHERE ${conditions.join(' AND ')} ORDER BY ${KEY('m')} LIMIT ${values.add(Math.min(limit, STATEMENT_PAGE_LIMIT))}),
      begins AS (SELECT ${POSTING_ORDER} FROM page ORDER BY ${POSTING_ORDER} LIMIT 1)
      SELECT (SELECT concat_ws(' ', ${FIGURES.map((figure) => `coalesce(sum(${figure}), 0)`).join(', ')}) FROM (${upTo(fund)} ${late}) AS parts) AS carried,
        string_agg(concat(page.line, ${SQL_FIELD_END}, ${adjustments(fund, isKnown('a'))}), ${SQL_ROW_END} ORDER BY ${KEY('page')}) AS lines,
        string_agg(page.texts, ${SQL_ROW_END} ORDER BY ${KEY('page')}) AS texts FROM page`;
    const { value, ...reflection } = await readReflectedRow<WrittenPage>(database, FUND_STATEMENT, sql, values.values);
    return { value: value ? writtenLines(value) : [], ...reflection };
  });
}

const KEY = (row: string): string => POSTING_ORDER.split(', ').map((column) => `${row}.${column}`).join(', ');
const own = (row: string): string => FIGURES.map((figure) => `${row}.${figure}`).join(', ');
const negated = (row: string): string => FIGURES.map((figure) => `-${row}.${figure}`).join(', ');

/**
 * Everything before the line that the page begins with (`begins`): whole months, whole days of its month, whole blocks of its day, and a part of
 * one block of each kind; the movement that a set's anchor comes from counts as entered by hand.
 */
function upTo(fund: string): string {
  const month = sqlMonthOf('f.day');
  return `SELECT ${own('n')} FROM read.fund_statement_month n, begins f WHERE n.fund_id = ${fund} AND n.month < ${month}
    UNION ALL SELECT ${own('b')} FROM read.fund_statement_sum b, begins f WHERE b.fund_id = ${fund} AND b.day >= ${month} AND b.day < f.day
    UNION ALL SELECT ${own('b')} FROM read.fund_statement_sum b, begins f WHERE b.fund_id = ${fund} AND b.day = f.day AND CASE b.block_seq WHEN ${BY_HAND}
        THEN b.block_anchor + ${HAND_BLOCK} <= f.anchor ELSE (b.block_anchor, b.block_seq) < (f.anchor, div(f.seq, ${SET_BLOCK})) END
    UNION ALL SELECT ${own('h')} FROM begins f, read.fund_movement h WHERE h.fund_id = ${fund} AND h.day = f.day
        AND h.anchor >= f.anchor - f.anchor % ${HAND_BLOCK} AND h.anchor < f.anchor AND h.anchor = h.position
    UNION ALL SELECT ${own('o')} FROM begins f, read.fund_movement o WHERE o.fund_id = ${fund} AND o.day = f.day
        AND o.position = f.anchor AND o.anchor = f.anchor AND (${KEY('o')}) < (${KEY('f')})
    UNION ALL SELECT ${own('s')} FROM begins f, read.fund_movement s WHERE s.fund_id = ${fund} AND s.day = f.day
        AND s.anchor = f.anchor AND s.seq >= div(f.seq, ${SET_BLOCK}) * ${SET_BLOCK} AND (s.seq, s.position) < (f.seq, f.position) AND s.anchor <> s.position`;
}

/**
 * What was booked to correct a line's voucher, in this book or in that of the fund on the other side. Few vouchers are
 * ever corrected: which of the page's are is found out at once.
 */
function adjustments(fund: string, isKnown: string): string {
  return `CASE WHEN page.revision = ANY(ARRAY(SELECT c.adjusts_revision FROM read.fund_movement c WHERE c.adjusts_fund_id = ${fund} AND c.adjusts_revision = ANY(ARRAY(SELECT revision FROM page)))) THEN
      (SELECT string_agg(${ADJUSTMENT_COLUMN}, ',' ORDER BY a.position) FROM
        (SELECT a.* FROM read.fund_movement a WHERE a.adjusts_fund_id = ${fund} AND a.adjusts_revision = page.revision ${isKnown} ORDER BY a.position LIMIT ${ADJUSTMENTS_SHOWN}) AS a) END`;
}
