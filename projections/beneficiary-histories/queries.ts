import { POSTING_ORDER, SqlParameters, figuresOf, readReflected } from '@ledger/projection-runtime';
import type { PostingKey, Reflected, SqlRunner } from '@ledger/projection-runtime';
import { BENEFICIARY_HISTORIES } from './beneficiary-histories.projection.js';
import type { EntryKind } from './entries.js';
import { known } from './tables.js';
import { HISTORY_FIGURES, MEASURES, SUMMED } from './totals.js';
import type { HistoryFigures } from './totals.js';

/** At most this many entries or beneficiaries in a page. */
export const HISTORY_PAGE_LIMIT = 500;

export interface HistoryEntry {
  /** Its place in posting order; also what the next page begins after. */
  readonly key: PostingKey;
  readonly day: string;
  readonly kind: EntryKind;
  readonly amount: string;
  readonly reference: string;
  readonly fundId: string | null;
  readonly associationId: string | null;
  readonly scholarshipId: string | null;
  readonly instalment: number | null;
  readonly awardId: string | null;
  readonly title: string | null;
  readonly awardKind: string | null;
  readonly purpose: string | null;
  readonly account: string | null;
  readonly voucher: { readonly kind: string; readonly year: number; readonly number: number } | null;
  readonly eventId: string;
  readonly recordedAt: string;
}

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
    const answer = await readReflected<HistoryRow>(database, BENEFICIARY_HISTORIES, pageOfEntries(values, beneficiaryId, filter, before, limit, after), values.values);
    return { ...answer, value: answer.value.map(entryFrom) };
  });
}

/** The same, and in the same statement what `beneficiaryTotal` answers: without a total there are no entries either. */
export async function beneficiaryTotalAndHistory(
  database: SqlRunner, beneficiaryId: string, filter: HistoryFilter, limit: number, after?: PostingKey,
): Promise<Reflected<{ readonly total: BeneficiaryTotal | undefined; readonly entries: HistoryEntry[] }>> {
  return known.ask(database, BENEFICIARY_HISTORIES, filter.knownAt, async (before) => {
    const values = new SqlParameters();
    const sql = `SELECT t.*, e.* FROM (${totalOf(values, beneficiaryId, filter, before)}) AS t LEFT JOIN LATERAL (${pageOfEntries(values, beneficiaryId, filter, before, limit, after)}) AS e ON true
      ORDER BY e.on_day, e.anchor::bigint, e.seq::numeric, e.position::bigint`;
    const { value: rows, ...reflection } = await readReflected<TotalRow & (HistoryRow | { readonly position: null })>(database, BENEFICIARY_HISTORIES, sql, values.values, (row) => row);
    const entries = rows.flatMap((row) => (row.position === null ? [] : [entryFrom(row as unknown as HistoryRow)]));
    return { ...reflection, value: { total: rows[0] && totalFrom(rows[0] as TotalRow), entries } };
  });
}

function pageOfEntries(values: SqlParameters, beneficiaryId: string, filter: HistoryFilter, before: string | undefined, limit: number, after: PostingKey | undefined): string {
  const conditions = entryConditions(values, beneficiaryId, filter, before);
  if (after) conditions.push(`(${POSTING_ORDER}) > (${values.add(after.day)}::date, ${values.add(after.anchor)}::bigint, ${values.add(after.seq)}::numeric, ${values.add(after.position)}::bigint)`);
  return `SELECT day::text AS on_day, anchor::text AS anchor, seq::text AS seq, position::text AS position, kind, amount::text AS amount, reference, fund_id, association_id, scholarship_id,
      instalment, award_id, title, award_kind, purpose, account, voucher_kind, voucher_year, voucher_number, event_id,
      to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS recorded
    FROM read.beneficiary_history WHERE ${conditions.join(' AND ')} ORDER BY ${POSTING_ORDER.split(', ').map((column) => `beneficiary_history.${column}`).join(', ')} LIMIT ${values.add(Math.min(limit, HISTORY_PAGE_LIMIT))}`;
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

interface HistoryRow {
  on_day: string; anchor: string; seq: string; position: string; kind: EntryKind; amount: string; reference: string; fund_id: string | null; association_id: string | null;
  scholarship_id: string | null; instalment: number | null; award_id: string | null; title: string | null; award_kind: string | null; purpose: string | null; account: string | null;
  voucher_kind: string | null; voucher_year: number | null; voucher_number: number | null; event_id: string; recorded: string;
}

function entryFrom(row: HistoryRow): HistoryEntry {
  const { voucher_kind: kind, voucher_year: year, voucher_number: number } = row;
  return {
    key: { day: row.on_day, anchor: row.anchor, seq: row.seq, position: row.position },
    day: row.on_day, kind: row.kind, amount: row.amount, reference: row.reference, fundId: row.fund_id, associationId: row.association_id,
    scholarshipId: row.scholarship_id, instalment: row.instalment, awardId: row.award_id, title: row.title, awardKind: row.award_kind, purpose: row.purpose, account: row.account,
    voucher: kind === null || year === null || number === null ? null : { kind, year, number }, eventId: row.event_id, recordedAt: row.recorded,
  };
}
