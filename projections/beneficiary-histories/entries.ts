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
  readonly fundId?: string;
  readonly associationId?: string;
  readonly scholarshipId?: string;
  readonly instalment?: number;
  readonly awardId?: string;
  readonly title?: string;
  readonly awardKind?: string;
  readonly purpose?: string;
  readonly account?: string;
  readonly voucher?: { readonly kind: string; readonly year: number; readonly number: number };
}

export type HistoryEvent = Extract<FundBookEvent, { type: 'ScholarshipAwarded' | 'ScholarshipRevoked' | 'InstalmentPaid' | 'PrizeAwarded' | 'DisbursementPaid' | 'VoucherAdjusted' }> | Extract<MobilisationEvent, { type: 'HonourConferred' }>;

/** The line that an event adds to somebody's history; undefined where it concerns nobody in particular. */
export function entryOf(event: HistoryEvent): Entry | undefined {
  const day = event.data.effectiveOn;
  switch (event.type) {
    case 'ScholarshipAwarded': return { ...voucherOf(event.data), day, kind: 'scholarship_awarded', amount: event.data.amount, reference: event.data.code, beneficiaryId: event.data.beneficiaryId, scholarshipId: event.data.scholarshipId };
    case 'ScholarshipRevoked': return { ...voucherOf(event.data), day, kind: 'scholarship_revoked', amount: event.data.released, beneficiaryId: event.data.beneficiaryId, scholarshipId: event.data.scholarshipId };
    case 'InstalmentPaid': {
      const { beneficiaryId, scholarshipId, instalment, account, amount } = event.data;
      return { ...voucherOf(event.data), day, kind: 'instalment_paid', amount, beneficiaryId, scholarshipId, instalment, account };
    }
    case 'PrizeAwarded': {
      const { beneficiaryId, code, amount, associationId, awardId, title, awardKind, account } = event.data;
      return { ...voucherOf(event.data), day, kind: 'award_granted', amount, reference: code, beneficiaryId, associationId, awardId, title, awardKind, account };
    }
    case 'HonourConferred': {
      const { beneficiaryId, code, associationId, awardId, title, awardKind } = event.data;
      return { day, kind: 'award_granted', amount: '0', reference: code, beneficiaryId, associationId, awardId, title, awardKind };
    }
    case 'DisbursementPaid': {
      const { beneficiaryId, amount, purpose, account } = event.data;
      return beneficiaryId === undefined ? undefined : { ...voucherOf(event.data), day, kind: 'disbursement_paid', amount, beneficiaryId, purpose, account };
    }
    case 'VoucherAdjusted': return adjusted(event.data);
  }
}

type Vouched = Pick<Extract<FundBookEvent, { type: 'InstalmentPaid' }>['data'], 'fundId' | 'voucher' | 'externalReference'>;

function voucherOf(data: Vouched): Pick<Entry, 'fundId' | 'reference'> & Required<Pick<Entry, 'voucher'>> {
  const { kind, year, number } = data.voucher;
  return { fundId: data.fundId, reference: data.externalReference ?? `${kind}/${year}/${number}`, voucher: data.voucher };
}

const ADJUSTED: Readonly<Record<string, EntryKind>> = { instalment: 'instalment_adjusted', prize: 'award_adjusted', payment: 'disbursement_adjusted' };

function adjusted(data: Extract<FundBookEvent, { type: 'VoucherAdjusted' }>['data']): Entry | undefined {
  const kind = ADJUSTED[data.adjusts.kind];
  const { beneficiaryId, scholarshipId, instalment, awardId, purpose, account, awardAssociationId: associationId, effectiveOn: day, delta: amount } = data;
  if (kind === undefined || beneficiaryId === undefined) return undefined;
  return {
    ...voucherOf(data), day, kind, amount, beneficiaryId, account,
    ...(scholarshipId === undefined ? {} : { scholarshipId }), ...(instalment === undefined ? {} : { instalment }),
    ...(awardId === undefined ? {} : { awardId }), ...(purpose === undefined ? {} : { purpose }), ...(associationId === undefined ? {} : { associationId }),
  };
}
