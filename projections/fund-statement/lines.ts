import type { PostingKey } from '@ledger/projection-runtime';
import { FIGURES } from './sums.js';
import type { Figure } from './sums.js';

/** Đồng as decimal digits, signed. */
export type Amounts = Readonly<Record<Figure, string>>;

export interface VoucherName { readonly kind: string; readonly year: number; readonly number: number }

export interface StatementLine {
  /** Its place in posting order; also what the next page begins after. `key.position` is the place in the log. */
  readonly key: PostingKey;
  readonly day: string;
  readonly eventType: string;
  readonly eventId: string;
  /** Its place in the fund's book. */
  readonly revision: string;
  readonly voucher: VoucherName;
  readonly externalReference: string | null;
  readonly documentDate: string;
  readonly changes: Amounts;
  /** What stands after the line. */
  readonly balances: Amounts;
  readonly counterparty: { readonly donorId: string | null; readonly beneficiaryId: string | null; readonly fundId: string | null };
  readonly campaignId: string | null;
  readonly pledgeId: string | null;
  readonly scholarshipId: string | null;
  readonly instalment: number | null;
  readonly transferId: string | null;
  readonly sentOn: string | null;
  readonly purpose: string | null;
  /** The voucher that this line corrects. */
  readonly adjusts: (VoucherName & { readonly fundId: string; readonly revision: string }) | null;
  /** What corrects this line's voucher. */
  readonly adjustedBy: readonly (VoucherName & { readonly fundId: string; readonly day: string })[];
  /** Plain text only; text that names a person is sealed and not shown here. */
  readonly description: string | null;
  readonly reason: string | null;
  readonly recordedBy: string;
  readonly recordedAt: string;
}

const AS_TEXT = ['anchor', 'seq', 'position', 'revision', 'adjusts_revision', 'document_date', 'sent_on', ...FIGURES, ...FIGURES.map((figure) => `${figure}_after`)];
const AS_IS = [
  'event_type', 'event_id', 'voucher_kind', 'voucher_year', 'voucher_number', 'external_reference', 'donor_id', 'beneficiary_id', 'other_fund_id', 'campaign_id',
  'pledge_id', 'scholarship_id', 'instalment', 'transfer_id', 'purpose', 'adjusts_fund_id', 'adjusts_kind', 'adjusts_year', 'adjusts_number', 'description', 'reason', 'actor_id',
];
/** Of a row called `lines`. Names differ from the columns', by which the rows are ordered. */
export const LINE_COLUMNS = [
  'lines.day::text AS on_day',
  ...AS_TEXT.map((column) => `lines.${column}::text AS ${column}_text`),
  ...AS_IS.map((column) => `lines.${column}`),
  `to_char(lines.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS recorded`,
].join(', ');

export type LineRow = Readonly<Record<string, string | null>> & {
  readonly voucher_year: number; readonly voucher_number: number; readonly adjusts_year: number | null; readonly adjusts_number: number | null; readonly instalment: number | null;
  readonly adjusted_by: StatementLine['adjustedBy'];
};

export function lineFrom(row: LineRow): StatementLine {
  const text = (column: string): string => row[column] ?? '';
  const maybe = (column: string): string | null => row[column] ?? null;
  const adjusts = row['adjusts_fund_id'] == null || row.adjusts_year === null || row.adjusts_number === null ? null
    : { fundId: row['adjusts_fund_id'], kind: text('adjusts_kind'), year: row.adjusts_year, number: row.adjusts_number, revision: text('adjusts_revision_text') };
  return {
    key: { day: text('on_day'), anchor: text('anchor_text'), seq: text('seq_text'), position: text('position_text') },
    day: text('on_day'), eventType: text('event_type'), eventId: text('event_id'), revision: text('revision_text'),
    voucher: { kind: text('voucher_kind'), year: row.voucher_year, number: row.voucher_number },
    externalReference: maybe('external_reference'), documentDate: text('document_date_text'),
    // A page has hundreds of lines: each is put together without going through the figures' names.
    changes: { cash: text('cash_text'), bank: text('bank_text'), goods: text('goods_text'), endowment_principal: text('endowment_principal_text'), committed: text('committed_text') },
    balances: { cash: text('cash_after_text'), bank: text('bank_after_text'), goods: text('goods_after_text'), endowment_principal: text('endowment_principal_after_text'), committed: text('committed_after_text') },
    counterparty: { donorId: maybe('donor_id'), beneficiaryId: maybe('beneficiary_id'), fundId: maybe('other_fund_id') },
    campaignId: maybe('campaign_id'), pledgeId: maybe('pledge_id'), scholarshipId: maybe('scholarship_id'), instalment: row.instalment,
    transferId: maybe('transfer_id'), sentOn: maybe('sent_on_text'), purpose: maybe('purpose'), adjusts, adjustedBy: row.adjusted_by,
    description: maybe('description'), reason: maybe('reason'), recordedBy: text('actor_id'), recordedAt: text('recorded'),
  };
}

export function amountsOf(valueOf: (figure: Figure) => string): Amounts {
  return Object.fromEntries(FIGURES.map((figure) => [figure, valueOf(figure)])) as Record<Figure, string>;
}
