import { dongText, type Dong, type Refusal } from '@ledger/kernel';
import { largestRefusal } from '../amounts.js';
import type { AdjustVoucher, VoucherOnRecord } from '../commands.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import { isAdjustable, type AdjustableEvent } from './adjustable.js';
import { adjustTransfer } from './adjust-transfer.js';
import { orderRefusal, remainingRefusal } from './adjustment-rules.js';
import { booked, entryRefusal, movementOf, type BookContext, type OpenBook } from './entry.js';
import { fundBookStream, type AdjustedVoucher, type TransferAdjusted, type VoucherAdjusted } from './events.js';
import { voucherKey, type BookState } from './state.js';

/**
 * Records the signed difference against a voucher; the voucher itself stays as it is. The adjustments of a voucher are
 * dated in order, none before the voucher, and never take it below zero.
 */
export function adjustVoucher(command: AdjustVoucher, state: OpenBook, context: BookContext): readonly (VoucherAdjusted | TransferAdjusted)[] | Refusal {
  const { delta, effectiveOn } = command;
  const refused = entryRefusal(command, state, context) ?? largestRefusal(delta, '/delta');
  if (refused) return refused;
  if (delta === 0n) return refuse('delta_must_not_be_zero', {}, '/delta');
  const found = context.earlier?.voucher;
  const original = found && originalOf(command, state, found);
  if (!found || !original) return refuse('voucher_not_found', nameOf(command), '/adjusts');
  if (effectiveOn < original.data.effectiveOn) {
    return refuse('adjustment_before_original', { day: effectiveOn, originalOn: original.data.effectiveOn }, '/effectiveOn');
  }
  const adjusts = adjustedVoucherOf(original, found.revision);
  if (original.type === 'TransferSent' || original.type === 'TransferReceived') return adjustTransfer(command, original, adjusts, state);
  const { kind, year, number } = original.data.voucher;
  const before = state.adjusted.get(voucherKey(kind, year, number));
  const outOfOrder = orderRefusal(effectiveOn, before?.lastOn);
  if (outOfOrder) return outOfOrder;
  const remaining = (before?.remaining ?? BigInt(original.data.amount)) + delta;
  const wrong = remainingRefusal(remaining, delta);
  if (wrong) return wrong;
  const commitment = original.type === 'InstalmentPaid' ? commitmentDeltaOf(command, original.data.scholarshipId, state) : undefined;
  if (typeof commitment === 'object') return commitment;
  return booked({
    type: 'VoucherAdjusted',
    data: {
      ...movementOf(command, state), adjusts, delta: dongText(delta), remaining: dongText(remaining), reason: command.reason,
      ...subjectOf(original), ...given({ commitmentDelta: commitment === undefined ? undefined : dongText(commitment) }),
    },
  }, state);
}

/** The voucher found, if it is the one that the command names: its place was a hint, the event is the truth. */
function originalOf({ adjusts }: AdjustVoucher, { facts }: OpenBook, { event }: VoucherOnRecord): AdjustableEvent | undefined {
  if (!isAdjustable(event) || event.data.fundId !== facts.fundId) return undefined;
  const { voucher, externalReference } = event.data;
  const named = 'number' in adjusts
    ? voucher.year === adjusts.year && voucher.number === adjusts.number
    : externalReference === adjusts.externalReference;
  return named && voucher.kind === adjusts.kind ? event : undefined;
}

function nameOf({ adjusts }: AdjustVoucher): Record<string, string> {
  return { kind: adjusts.kind, voucher: 'number' in adjusts ? `${adjusts.year}/${adjusts.number}` : adjusts.externalReference };
}

function adjustedVoucherOf({ data }: AdjustableEvent, revision: bigint): AdjustedVoucher {
  const { fundId, voucher, effectiveOn, externalReference } = data;
  return {
    kind: voucher.kind as AdjustedVoucher['kind'], stream: fundBookStream(fundId), year: voucher.year, number: voucher.number,
    revision: revision.toString(), effectiveOn, ...given({ externalReference }),
  };
}

/**
 * An open scholarship's commitment moves against its paid instalments: committed = awarded − paid. Where it was revoked
 * or had ended before the books were closed nothing is committed: the money goes to, or comes from, what is available.
 * Raising it takes no more than was awarded, on no earlier day than the scholarship's last entry.
 */
function commitmentDeltaOf({ delta, effectiveOn }: AdjustVoucher, scholarshipId: string, state: BookState): Dong | Refusal {
  const known = state.scholarships.get(scholarshipId);
  const ended = state.ended.get(scholarshipId);
  const lastOn = known?.lastOn ?? ended?.lastOn;
  const room = known ? known.remaining : ended?.lowered ?? 0n;
  if ((delta > 0n || known?.revoked === true) && lastOn !== undefined && effectiveOn < lastOn) {
    return refuse('adjustment_before_last_entry_of_scholarship', { day: effectiveOn, lastOn }, '/effectiveOn');
  }
  if (delta > room) {
    return refuse('instalment_exceeds_scholarship', { remaining: dongText(room), shortBy: dongText(delta - room) }, '/delta');
  }
  return known && !known.revoked ? -delta : 0n;
}

/** Whom and what the voucher was about, repeated so that no reader has to look it up. */
function subjectOf(original: Exclude<AdjustableEvent, { type: 'TransferSent' | 'TransferReceived' }>): Pick<VoucherAdjusted['data'], 'account'> & Partial<VoucherAdjusted['data']> {
  switch (original.type) {
    case 'DonationReceived': {
      const { account, donorId, campaignId, pledgeId } = original.data;
      return { account, donorId, ...given({ campaignId, pledgeId }) };
    }
    case 'DisbursementPaid': {
      const { account, purpose, beneficiaryId } = original.data;
      return { account, purpose, ...given({ beneficiaryId }) };
    }
    case 'InstalmentPaid': {
      const { account, beneficiaryId, scholarshipId, instalment } = original.data;
      return { account, beneficiaryId, scholarshipId, instalment };
    }
    case 'PrizeAwarded': {
      const { account, beneficiaryId, awardId, associationId } = original.data;
      return { account, beneficiaryId, awardId, awardAssociationId: associationId };
    }
    case 'MovedBetweenAccounts':
      return { account: original.data.fromAccount, toAccount: original.data.toAccount };
    case 'InterestCredited':
    case 'BankFeeCharged':
      return { account: 'bank' };
    case 'EndowmentAdded':
      return { account: 'bank', from: original.data.from, ...given({ donorId: original.data.donorId }) };
  }
}
