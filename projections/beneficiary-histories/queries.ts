import { POSTING_ORDER, SqlParameters, figuresOf, readReflected } from '@ledger/projection-runtime';
import type { PostingKey, Reflected, SqlRunner } from '@ledger/projection-runtime';
import { BENEFICIARY_HISTORIES } from './beneficiary-histories.projection.js';
import type { EntryKind } from './entries.js';
import { HISTORY_FIGURES, MEASURES } from './totals.js';
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
  /** Only what stands in the log up to this position. */
  readonly upTo?: bigint;
}

/** A page of a history in posting order; `after` is the key of the last entry of the page before. */
export async function beneficiaryHistory(database: SqlRunner, beneficiaryId: string, filter: HistoryFilter, limit: number, after?: PostingKey): Promise<Reflected<HistoryEntry[]>> {
  const values = new SqlParameters();
  const conditions = [`beneficiary_id = ${values.add(beneficiaryId)}::uuid`];
  if (after) conditions.push(`(${POSTING_ORDER}) > (${values.add(after.day)}::date, ${values.add(after.anchor)}::bigint, ${values.add(after.seq)}::numeric, ${values.add(after.position)}::bigint)`);
  if (filter.from !== undefined) conditions.push(`day >= ${values.add(filter.from)}::date`);
  if (filter.to !== undefined) conditions.push(`day <= ${values.add(filter.to)}::date`);
  if (filter.upTo !== undefined) conditions.push(`position <= ${values.add(filter.upTo.toString())}::bigint`);
  const sql = `SELECT day::text AS on_day, anchor::text AS anchor, seq::text AS seq, position::text AS position, kind, amount::text AS amount, reference, fund_id, association_id, scholarship_id,
      instalment, award_id, title, award_kind, purpose, account, voucher_kind, voucher_year, voucher_number, event_id,
      to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS recorded
    FROM read.beneficiary_history WHERE ${conditions.join(' AND ')} ORDER BY ${POSTING_ORDER.split(', ').map((column) => `beneficiary_history.${column}`).join(', ')} LIMIT ${values.add(Math.min(limit, HISTORY_PAGE_LIMIT))}`;
  const answer = await readReflected<HistoryRow>(database, BENEFICIARY_HISTORIES, sql, values.values);
  return { ...answer, value: answer.value.map(entryFrom) };
}

export interface BeneficiaryTotal {
  readonly beneficiaryId: string;
  readonly rootCode: string;
  readonly code: string;
  readonly kind: string;
  readonly associationId: string;
  readonly figures: HistoryFigures;
}

/** All that a beneficiary was awarded and paid, added up; all zero before the first entry. Undefined: no such beneficiary. */
export async function beneficiaryTotal(database: SqlRunner, beneficiaryId: string): Promise<Reflected<BeneficiaryTotal | undefined>> {
  const answer = await readTotals(database, 'beneficiary_id = $1::uuid', 'code', [beneficiaryId]);
  return { ...answer, value: answer.value[0] };
}

/** The beneficiaries of a tree with the most entries, ties by code. */
export async function mostSupported(database: SqlRunner, rootCode: string, limit: number): Promise<Reflected<BeneficiaryTotal[]>> {
  return readTotals(database, 'root_code = $1', 'entries DESC, code', [rootCode, Math.min(limit, HISTORY_PAGE_LIMIT)], 'LIMIT $2');
}

/** How many beneficiaries a tree has registered, and how many of them have any entry. */
export async function beneficiaryCounts(database: SqlRunner, rootCode: string): Promise<Reflected<{ readonly registered: number; readonly supported: number }>> {
  const sql = 'SELECT count(*)::integer AS registered, (count(*) FILTER (WHERE entries > 0))::integer AS supported FROM read.beneficiary_total WHERE root_code = $1';
  const answer = await readReflected<{ registered: number; supported: number }>(database, BENEFICIARY_HISTORIES, sql, [rootCode]);
  return { ...answer, value: answer.value[0] ?? { registered: 0, supported: 0 } };
}

async function readTotals(database: SqlRunner, condition: string, order: string, parameters: unknown[], limit = ''): Promise<Reflected<BeneficiaryTotal[]>> {
  const sums = MEASURES.map((measure) => `${measure}::text AS sum_${measure}`).join(', ');
  const sql = `SELECT beneficiary_id, root_code, code, kind, association_id, ${sums} FROM read.beneficiary_total WHERE ${condition} ORDER BY ${order} ${limit}`;
  const answer = await readReflected<Record<string, string>>(database, BENEFICIARY_HISTORIES, sql, parameters);
  return { ...answer, value: answer.value.map((row) => ({
    beneficiaryId: row['beneficiary_id'] ?? '', rootCode: row['root_code'] ?? '', code: row['code'] ?? '', kind: row['kind'] ?? '', associationId: row['association_id'] ?? '',
    figures: figuresOf(HISTORY_FIGURES, (measure) => row[`sum_${measure}`]),
  })) };
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
