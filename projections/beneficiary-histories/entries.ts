import type { FundBookEvent, MobilisationEvent } from '@ledger/fund-ledger';

export const ENTRY_KINDS = [
  'scholarship_awarded', 'scholarship_revoked', 'instalment_paid', 'instalment_adjusted', 'award_granted', 'award_adjusted', 'disbursement_paid', 'disbursement_adjusted',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One line of a beneficiary's history. `amount` is đồng, signed where the line is an adjustment. */
export interface Entry {
  readonly beneficiaryId: string;
  readonly day: string;
  readonly kind: EntryKind;
  readonly amount: string;
  /** The code of a scholarship or award; for a payment the number on the paper, or else its voucher. */
  readonly reference: string;
  readonly fundId?: string | undefined;
  readonly associationId?: string | undefined;
  readonly scholarshipId?: string | undefined;
  readonly instalment?: number | undefined;
  readonly awardId?: string | undefined;
  readonly title?: string | undefined;
  readonly awardKind?: string | undefined;
  readonly purpose?: string | undefined;
  readonly account?: string | undefined;
  readonly voucher?: { readonly kind: string; readonly year: number; readonly number: number } | undefined;
}

export type HistoryEvent = Extract<FundBookEvent, { type: 'ScholarshipAwarded' | 'ScholarshipRevoked' | 'InstalmentPaid' | 'PrizeAwarded' | 'DisbursementPaid' | 'VoucherAdjusted' }> | Extract<MobilisationEvent, { type: 'HonourConferred' }>;

/** The line that an event adds to somebody's history; undefined where it concerns nobody in particular. */
export function entryOf(event: HistoryEvent): Entry | undefined {
  switch (event.type) {
    case 'ScholarshipAwarded': return entry('scholarship_awarded', event.data, event.data.beneficiaryId, event.data.amount, event.data, event.data.code);
    case 'ScholarshipRevoked': return entry('scholarship_revoked', event.data, event.data.beneficiaryId, event.data.released, event.data);
    case 'InstalmentPaid': return entry('instalment_paid', event.data, event.data.beneficiaryId, event.data.amount, event.data);
    case 'PrizeAwarded': return entry('award_granted', event.data, event.data.beneficiaryId, event.data.amount, event.data, event.data.code);
    case 'HonourConferred': return entry('award_granted', event.data, event.data.beneficiaryId, '0', event.data, event.data.code);
    case 'DisbursementPaid': return event.data.beneficiaryId === undefined ? undefined : entry('disbursement_paid', event.data, event.data.beneficiaryId, event.data.amount, event.data);
    case 'VoucherAdjusted': return adjusted(event.data);
  }
}

type Booked = HistoryEvent['data'];
/** What an event may say of what it is about. */
type Details = Pick<Entry, 'associationId' | 'scholarshipId' | 'instalment' | 'awardId' | 'title' | 'awardKind' | 'purpose' | 'account'>;

/** One shape for every kind of line: there is one for every second event of a ledger. */
function entry(kind: EntryKind, data: Booked, beneficiaryId: string, amount: string, details: Details, reference?: string): Entry {
  const voucher = 'voucher' in data ? data.voucher : undefined;
  const { associationId, scholarshipId, instalment, awardId, title, awardKind, purpose, account } = details;
  return {
    beneficiaryId, day: data.effectiveOn, kind, amount, reference: reference ?? referenceOf(data), fundId: 'fundId' in data ? data.fundId : undefined,
    associationId, scholarshipId, instalment, awardId, title, awardKind, purpose, account, voucher,
  };
}

function referenceOf(data: Booked): string {
  if (!('voucher' in data)) throw new Error('an entry without a voucher has a code');
  return data.externalReference ?? `${data.voucher.kind}/${data.voucher.year}/${data.voucher.number}`;
}

const ADJUSTED: Readonly<Record<string, EntryKind>> = { instalment: 'instalment_adjusted', prize: 'award_adjusted', payment: 'disbursement_adjusted' };

function adjusted(data: Extract<FundBookEvent, { type: 'VoucherAdjusted' }>['data']): Entry | undefined {
  const kind = ADJUSTED[data.adjusts.kind];
  const { beneficiaryId, scholarshipId, instalment, awardId, purpose, account, awardAssociationId: associationId } = data;
  if (kind === undefined || beneficiaryId === undefined) return undefined;
  return entry(kind, data, beneficiaryId, data.delta, { associationId, scholarshipId, instalment, awardId, title: undefined, awardKind: undefined, purpose, account });
}
