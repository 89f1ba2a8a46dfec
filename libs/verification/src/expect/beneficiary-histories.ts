import { instantText, type Cell } from '../cells.js';
import { FirstSeen, RecordHighs, type FoldParts, type Occurrence, type ReadModelFold } from './read-model-fold.js';

/** The columns of an entry that may be absent, by name. */
type Line = { readonly kind: string; readonly amount: string; readonly reference?: string } & Readonly<Partial<Record<
  'fundId' | 'associationId' | 'scholarshipId' | 'awardId' | 'title' | 'awardKind' | 'purpose' | 'account', string | undefined>>> & { readonly instalment?: number | undefined };

/** Everything that a person or group was awarded and paid, in posting order. */
export class BeneficiaryHistoriesFold implements ReadModelFold {
  readonly projection = 'beneficiary-histories';
  private readonly sets: FirstSeen;
  private readonly highs: RecordHighs;

  constructor(private readonly parts: FoldParts) {
    this.sets = new FirstSeen('historySets', parts.keyed);
    this.highs = new RecordHighs('historyKnown', parts.logged);
  }

  take(occurrence: Occurrence): void {
    const { event, place, position } = occurrence;
    this.highs.note(occurrence);
    this.sets.note(occurrence);
    if (event.type === 'BeneficiaryRegistered') {
      const { beneficiaryId, rootCode, code, kind, associationId } = event.data;
      return this.parts.keyed.row('historyBeneficiary', [beneficiaryId, rootCode, code, kind, associationId, position], place);
    }
    const line = lineOf(event);
    if (!line || !('beneficiaryId' in event.data) || event.data.beneficiaryId === undefined) return;
    this.entered(event.data.beneficiaryId, line, occurrence);
  }

  private entered(beneficiaryId: string, line: Line, occurrence: Occurrence): void {
    const { recorded, position } = occurrence;
    const data = recorded.data as { readonly effectiveOn: string; readonly externalReference?: string; readonly voucher?: { readonly kind: string; readonly year: number; readonly number: number } };
    const { voucher } = data;
    const reference = line.reference ?? data.externalReference ?? `${voucher?.kind}/${voucher?.year}/${voucher?.number}`;
    const cells: Cell[] = [
      position, beneficiaryId, data.effectiveOn, ...this.sets.of(occurrence), line.kind, line.amount, reference, line.fundId, line.associationId, line.scholarshipId,
      line.instalment, line.awardId, line.title, line.awardKind, line.purpose, line.account, voucher?.kind, voucher?.year, voucher?.number, recorded.id, instantText(recorded.metadata.recordedAt),
    ];
    this.parts.logged.expect('historyEntry', cells, occurrence);
  }
}

const ADJUSTED: Readonly<Record<string, string>> = { instalment: 'instalment_adjusted', prize: 'award_adjusted', payment: 'disbursement_adjusted' };

function lineOf(event: Occurrence['event']): Line | undefined {
  switch (event.type) {
    case 'ScholarshipAwarded': {
      const { code: reference, amount, fundId, scholarshipId } = event.data;
      return { kind: 'scholarship_awarded', amount, reference, fundId, scholarshipId };
    }
    case 'ScholarshipRevoked': {
      const { released: amount, fundId, scholarshipId } = event.data;
      return { kind: 'scholarship_revoked', amount, fundId, scholarshipId };
    }
    case 'InstalmentPaid': {
      const { amount, instalment, fundId, scholarshipId, account } = event.data;
      return { kind: 'instalment_paid', amount, instalment, fundId, scholarshipId, account };
    }
    case 'PrizeAwarded': {
      const { code: reference, amount, fundId, associationId, awardId, title, awardKind, account } = event.data;
      return { kind: 'award_granted', amount, reference, fundId, associationId, awardId, title, awardKind, account };
    }
    case 'HonourConferred': {
      const { code: reference, associationId, awardId, title, awardKind } = event.data;
      return { kind: 'award_granted', amount: '0', reference, associationId, awardId, title, awardKind };
    }
    case 'DisbursementPaid': {
      const { amount, fundId, purpose, account } = event.data;
      return { kind: 'disbursement_paid', amount, fundId, purpose, account };
    }
    case 'VoucherAdjusted': {
      const kind = ADJUSTED[event.data.adjusts.kind];
      if (kind === undefined) return undefined;
      const { awardAssociationId: associationId, instalment, delta: amount, fundId, scholarshipId, awardId, purpose, account } = event.data;
      return { kind, amount, instalment, fundId, associationId, scholarshipId, awardId, purpose, account };
    }
    default: return undefined;
  }
}
