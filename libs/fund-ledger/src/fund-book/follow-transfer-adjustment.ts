import { dongText, type Refusal } from '@ledger/kernel';
import type { FollowTransferAdjustment } from '../commands.js';
import { refuse } from '../refuse.js';
import { movementOf, type BookContext, type OpenBook } from './entry.js';
import type { TransferAdjusted } from './events.js';
import { firstOpenDay } from './receive-transfer.js';

/** The other half of an adjusted transfer: it only adds money here, so that like a transfer received it is never refused. */
export function followTransferAdjustment(command: FollowTransferAdjustment, state: OpenBook, { earlier }: BookContext): readonly TransferAdjusted[] | Refusal {
  const { adjustmentId, transferId, side, counterpartFundId, counterpartAccount, account, delta, adjusts, reason } = command;
  if (earlier?.transferArrived === true || state.arrived.has(adjustmentId)) return refuse('transfer_adjustment_already_followed', { adjustmentId });
  const entry = { ...command, effectiveOn: firstOpenDay(state, command.effectiveOn) };
  return [{
    type: 'TransferAdjusted',
    data: {
      ...movementOf(entry, state), adjustmentId, transferId, side, leads: false, counterpartFundId, counterpartAccount, account,
      delta: dongText(delta), adjusts, reason,
    },
  }];
}
