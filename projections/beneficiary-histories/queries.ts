import { POSTING_ORDER, SQL_ROW_END, SqlParameters, figuresOf, readReflected, readReflectedRow } from '@ledger/projection-runtime';
import type { PostingKey, Reflected, SqlRunner } from '@ledger/projection-runtime';
import { BENEFICIARY_HISTORIES } from './beneficiary-histories.projection.js';
import { ENTRY_COLUMN, entryOf, writtenEntries } from './written-entries.js';
import type { HistoryEntry, WrittenEntry } from './written-entries.js';
import { known } from './tables.js';
import { HISTORY_FIGURES, MEASURES, SUMMED } from './totals.js';
import type { HistoryFigures } from './totals.js';

/** At most this many entries or beneficiaries in a page. */
export const HISTORY_PAGE_LIMIT = 500;

export interface HistoryFilter {
  /** First and last effective day, both included. */
  readonly from?: string;
  readonly to?: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

/** A page of a history in posting order; `after` is the key of the last entry of the page before. */
export async function beneficiaryHistory(database: SqlRunner, beneficiaryId: string, filter: HistoryFilter, limit: number, after?: PostingKey): Promise<Reflected<HistoryEntry[]>> {
  return known.ask(database, BENEFICIARY_HISTORIES, filter.knownAt, async (before) => {
    const values = new SqlParameters();
    const sql = `SELECT ${asOneText(pageOfEntries(values, beneficiaryId, filter, before, limit, after))} AS entries`;
    const { value, ...reflection } = await readReflectedRow<{ entries: string | null }>(database, BENEFICIARY_HISTORIES, sql, values.values);
    return { ...reflection, value: writtenEntries(value?.entries).map(entryOf) };
  });
}

interface TotalAndHistory {
  readonly total: BeneficiaryTotal | undefined;
  readonly entries: readonly WrittenEntry[];
  /** What `beside` found; undefined where it was not asked. */
  readonly beside: unknown;
}

/**
 * The same as text, and in the same statement what `beneficiaryTotal` answers: without a total there are no entries
 * either, nor what is asked `beside` them, which is SQL of one value made of SQL of the beneficiary's id.
 */
export async function beneficiaryTotalAndHistory(
  database: SqlRunner, beneficiaryId: string, filter: HistoryFilter, limit: number, after?: PostingKey, beside?: (beneficiaryId: string) => string,
): Promise<Reflected<TotalAndHistory>> {
  return known.ask(database, BENEFICIARY_HISTORIES, filter.knownAt, async (before) => {
    const values = new SqlParameters();
    const sql = `SELECT t.*, ${asOneText(pageOfEntries(values, beneficiaryId, filter, before, limit, after))} AS entries${beside === undefined ? '' : `, ${beside('t.of_id')} AS beside`}
      FROM (${totalOf(values, beneficiaryId, filter, before)}) AS t`;
    const { value, ...reflection } = await readReflectedRow<TotalRow & { readonly entries: string | null; readonly beside?: unknown }>(database, BENEFICIARY_HISTORIES, sql, values.values);
    return { ...reflection, value: { total: value && totalFrom(value as TotalRow), entries: writtenEntries(value?.entries), beside: value?.beside } };
  });
}

function pageOfEntries(values: SqlParameters, beneficiaryId: string, filter: HistoryFilter, before: string | undefined, limit: number, after: PostingKey | undefined): string {
  const conditions = entryConditions(values, beneficiaryId, filter, before);
  if (after) conditions.push(`(${POSTING_ORDER}) > (${values.add(after.day)}::date, ${values.add(after.anchor)}::bigint, ${values.add(after.seq)}::numeric, ${values.add(after.position)}::bigint)`);
  return `SELECT ${POSTING_ORDER}, ${ENTRY_COLUMN} AS entry FROM read.beneficiary_history h WHERE ${conditions.join(' AND ')} ORDER BY ${POSTING_ORDER} LIMIT ${values.add(Math.min(limit, HISTORY_PAGE_LIMIT))}`;
}

/** One text of a page's entries: a driver takes longer to read twenty columns of a row than Postgres to write them out. */
function asOneText(page: string): string {
  return `(SELECT string_agg(page.entry, ${SQL_ROW_END} ORDER BY ${POSTING_ORDER}) FROM (${page}) AS page)`;
}

function entryConditions(values: SqlParameters, beneficiaryId: string, { from, to }: HistoryFilter, before: string | undefined): string[] {
  return [
    `beneficiary_id = ${values.add(beneficiaryId)}::uuid`,
    ...(from === undefined ? [] : [`day >= ${values.add(from)}::date`]), ...(to === undefined ? [] : [`day <= ${values.add(to)}::date`]),
    ...(before === undefined ? [] : [`position < ${values.add(before)}::bigint`]),
  ];
}

export interface BeneficiaryTotal {
  readonly beneficiaryId: string;
  readonly rootCode: string;
  readonly code: string;
  readonly kind: string;
  readonly associationId: string;
  readonly figures: HistoryFigures;
}

/** What a beneficiary was awarded and paid, added up; all zero where there is no entry. Undefined: there is no such beneficiary, or it was not known. */
export async function beneficiaryTotal(database: SqlRunner, beneficiaryId: string, filter: HistoryFilter = {}): Promise<Reflected<BeneficiaryTotal | undefined>> {
  return known.ask(database, BENEFICIARY_HISTORIES, filter.knownAt, async (before) => {
    const values = new SqlParameters();
    const answer = await readReflected<TotalRow>(database, BENEFICIARY_HISTORIES, totalOf(values, beneficiaryId, filter, before), values.values);
    return { ...answer, value: answer.value.map(totalFrom)[0] };
  });
}

function totalOf(values: SqlParameters, beneficiaryId: string, filter: HistoryFilter, before: string | undefined): string {
  const isWhole = before === undefined && filter.from === undefined && filter.to === undefined;
  const entries = isWhole ? '' : `, LATERAL (SELECT ${MEASURES.map((measure) => `${SUMMED[measure]} AS ${measure}`).join(', ')} FROM read.beneficiary_history WHERE ${entryConditions(values, beneficiaryId, filter, before).join(' AND ')}) AS s`;
  const isKnown = before === undefined ? '' : `AND b.position < ${values.add(before)}::bigint`;
  return `SELECT ${TOTAL_COLUMNS(isWhole ? 'b' : 's')} FROM read.beneficiary_total b ${entries} WHERE b.beneficiary_id = ${values.add(beneficiaryId)}::uuid ${isKnown}`;
}

/** The beneficiaries of a tree with the most entries, ties by code. */
export async function mostSupported(database: SqlRunner, rootCode: string, limit: number): Promise<Reflected<BeneficiaryTotal[]>> {
  const sql = `SELECT ${TOTAL_COLUMNS('b')} FROM read.beneficiary_total b WHERE b.root_code = $1 ORDER BY b.entries DESC, b.code LIMIT $2`;
  const answer = await readReflected<TotalRow>(database, BENEFICIARY_HISTORIES, sql, [rootCode, Math.min(limit, HISTORY_PAGE_LIMIT)]);
  return { ...answer, value: answer.value.map(totalFrom) };
}

/** How many beneficiaries a tree has registered, and how many of them have any entry. */
export async function beneficiaryCounts(database: SqlRunner, rootCode: string): Promise<Reflected<{ readonly registered: number; readonly supported: number }>> {
  const sql = 'SELECT count(*)::integer AS registered, (count(*) FILTER (WHERE entries > 0))::integer AS supported FROM read.beneficiary_total WHERE root_code = $1';
  const answer = await readReflected<{ registered: number; supported: number }>(database, BENEFICIARY_HISTORIES, sql, [rootCode]);
  return { ...answer, value: answer.value[0] ?? { registered: 0, supported: 0 } };
}

type TotalRow = Readonly<Record<string, string>>;

/** Under names that no entry has. The sums are those of `summed`, a row that has the measures. */
const TOTAL_COLUMNS = (summed: string): string => `b.beneficiary_id AS of_id, b.root_code AS of_root, b.code AS of_code, b.kind AS of_kind, b.association_id AS of_association, ${MEASURES.map((measure) => `${summed}.${measure}::text AS sum_${measure}`).join(', ')}`;

function totalFrom(row: TotalRow): BeneficiaryTotal {
  return {
    beneficiaryId: row['of_id'] ?? '', rootCode: row['of_root'] ?? '', code: row['of_code'] ?? '', kind: row['of_kind'] ?? '', associationId: row['of_association'] ?? '',
    figures: figuresOf(HISTORY_FIGURES, (measure) => row[`sum_${measure}`]),
  };
}
