import { dongText, invariant, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { ReceivingFund, SendTransfer } from '../commands.js';
import { refuse } from '../refuse.js';
import { booked, entryRefusal, mixRefusal, movementOf, type BookContext, type OpenBook } from './entry.js';
import type { TransferSent } from './events.js';
import type { BookFacts } from './state.js';

/** To another fund: `TransferReceived` follows in its book with the same `transferId`. */
export function sendTransfer(command: SendTransfer, state: OpenBook, context: BookContext): readonly TransferSent[] | Refusal {
  const { transferId, fromAccount, toFundId, toAccount, amount, effectiveOn } = command;
  const refused = entryRefusal(command, state, context) ?? amountRefusal(amount) ?? mixRefusal(fromAccount, toAccount, '/toAccount');
  if (refused) return refused;
  if (toFundId === state.facts.fundId) return refuse('transfer_needs_two_funds', {}, '/toFundId');
  const receiving = context.earlier?.receivingFund;
  invariant(receiving, 'whoever decides a transfer has looked up the receiving fund');
  if (effectiveOn < receiving.openedOn) {
    return refuse('date_is_before_fund_opened', { day: effectiveOn, openedOn: receiving.openedOn }, '/effectiveOn');
  }
  const keptPurpose = receiverRefusal(state.facts, receiving);
  if (keptPurpose) return keptPurpose;
  const data = { ...movementOf(command, state), transferId, fromAccount, toFundId, toAccount, amount: dongText(amount) };
  return booked({ type: 'TransferSent', data }, state);
}

/** Money given for one purpose keeps it. */
function receiverRefusal(sending: BookFacts, receiving: ReceivingFund): Refusal | undefined {
  if (sending.restriction === 'unrestricted') return undefined;
  if (receiving.restriction === 'restricted' && receiving.purpose === sending.purpose) return undefined;
  const purpose = receiving.restriction === 'restricted' ? receiving.purpose ?? '' : receiving.restriction;
  return refuse('purpose_not_allowed_by_fund', { purpose, allowed: sending.purpose ?? '' }, '/toFundId');
}
