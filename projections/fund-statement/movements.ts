import { effectOf } from '@ledger/fund-ledger';
import type { FreeText, FundBookEvent } from '@ledger/fund-ledger';
import type { Figure } from './sums.js';

type Data<Type extends FundBookEvent['type']> = Extract<FundBookEvent, { type: Type }>['data'];

/** Who or what stands on the other side, and what the movement belongs to. */
export interface Relations {
  readonly donorId?: string | undefined;
  readonly beneficiaryId?: string | undefined;
  readonly otherFundId?: string | undefined;
  readonly campaignId?: string | undefined;
  readonly pledgeId?: string | undefined;
  readonly scholarshipId?: string | undefined;
  readonly instalment?: number | undefined;
  readonly transferId?: string | undefined;
  readonly sentOn?: string | undefined;
  readonly purpose?: string | undefined;
  readonly adjusts?: { readonly fundId: string; readonly kind: string; readonly year: number; readonly number: number; readonly revision: string } | undefined;
  readonly reason?: FreeText | undefined;
}

export interface Movement {
  readonly day: string;
  readonly changes: Readonly<Record<Figure, bigint>>;
  readonly relations: Relations;
}

/** The line that an event makes in its fund's statement; undefined where it moves nothing (closing the books). */
export function movementOf(event: FundBookEvent): Movement | undefined {
  const effect = effectOf(event);
  if (!effect) return undefined;
  const { day, cash, bank, goods, endowmentPrincipal, committed } = effect;
  return { day, changes: { cash, bank, goods, endowment_principal: endowmentPrincipal, committed }, relations: relationsOf(event) };
}

function relationsOf(event: FundBookEvent): Relations {
  switch (event.type) {
    case 'DonationReceived': return { donorId: event.data.donorId, campaignId: event.data.campaignId, pledgeId: event.data.pledgeId };
    case 'EndowmentAdded': return { donorId: event.data.donorId };
    case 'ScholarshipAwarded': return { beneficiaryId: event.data.beneficiaryId, scholarshipId: event.data.scholarshipId };
    case 'InstalmentPaid': return { beneficiaryId: event.data.beneficiaryId, scholarshipId: event.data.scholarshipId, instalment: event.data.instalment };
    case 'ScholarshipRevoked': return { beneficiaryId: event.data.beneficiaryId, scholarshipId: event.data.scholarshipId, reason: event.data.reason };
    case 'PrizeAwarded': return { beneficiaryId: event.data.beneficiaryId };
    case 'DisbursementPaid': return { beneficiaryId: event.data.beneficiaryId, purpose: event.data.purpose };
    case 'TransferSent': return { otherFundId: event.data.toFundId, transferId: event.data.transferId };
    case 'TransferReceived': return { otherFundId: event.data.fromFundId, transferId: event.data.transferId, sentOn: event.data.sentOn };
    case 'TransferAdjusted': return { otherFundId: event.data.counterpartFundId, transferId: event.data.transferId, adjusts: adjusts(event.data), reason: event.data.reason };
    case 'VoucherAdjusted': {
      const { donorId, beneficiaryId, campaignId, pledgeId, scholarshipId, instalment, purpose, reason } = event.data;
      return { donorId, beneficiaryId, campaignId, pledgeId, scholarshipId, instalment, purpose, adjusts: adjusts(event.data), reason };
    }
    case 'FundBookOpened':
    case 'MovedBetweenAccounts':
    case 'InterestCredited':
    case 'BankFeeCharged':
    case 'BooksClosed': return {};
  }
}

const BOOK = 'fundBook-';

function adjusts({ adjusts: { stream, kind, year, number, revision } }: Data<'VoucherAdjusted'> | Data<'TransferAdjusted'>): Relations['adjusts'] {
  if (!stream.startsWith(BOOK)) throw new Error(`an adjustment names the stream ${stream}, which is no fund's book`);
  return { fundId: stream.slice(BOOK.length), kind, year, number, revision };
}
