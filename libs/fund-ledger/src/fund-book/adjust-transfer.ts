import { dongText, type Refusal } from '@ledger/kernel';
import type { AdjustVoucher } from '../commands.js';
import { refuse } from '../refuse.js';
import { orderRefusal, remainingRefusal } from './adjustment-rules.js';
import { booked, movementOf, type OpenBook } from './entry.js';
import type { AdjustedVoucher, TransferAdjusted, TransferReceived, TransferSent } from './events.js';

/**
 * A transfer between two funds is adjusted first where money is lost, since only there it can be refused: raised in the
 * book that sent it, lowered in the book that received it. The other book follows and never refuses.
 */
export function adjustTransfer(
  command: AdjustVoucher, original: TransferSent | TransferReceived, adjusts: AdjustedVoucher, state: OpenBook,
): readonly TransferAdjusted[] | Refusal {
  const { delta, effectiveOn, adjustmentId, reason } = command;
  const { transferId } = original.data;
  const sent = original.type === 'TransferSent';
  if (sent && delta < 0n) return refuse('transfer_is_lowered_in_the_receiving_fund', { fundId: original.data.toFundId, transferId }, '/delta');
  if (!sent && delta > 0n) return refuse('transfer_is_raised_in_the_sending_fund', { fundId: original.data.fromFundId, transferId }, '/delta');
  const before = sent ? undefined : state.adjustedTransfers.get(transferId);
  const refused = orderRefusal(effectiveOn, before?.lastOn) ?? remainingRefusal(BigInt(original.data.amount) + (before?.delta ?? 0n) + delta, delta);
  if (refused) return refused;
  const other = sent
    ? { side: 'sent' as const, account: original.data.fromAccount, counterpartFundId: original.data.toFundId, counterpartAccount: original.data.toAccount }
    : { side: 'received' as const, account: original.data.account, counterpartFundId: original.data.fromFundId, counterpartAccount: original.data.fromAccount };
  return booked({
    type: 'TransferAdjusted',
    data: { ...movementOf(command, state), adjustmentId, transferId, leads: true, ...other, delta: dongText(delta), adjusts, reason },
  }, state);
}
