import { addDays, dongText, laterOf, type Day, type Refusal } from '@ledger/kernel';
import type { ReceiveTransfer } from '../commands.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import { movementOf, type BookContext, type OpenBook } from './entry.js';
import type { TransferReceived } from './events.js';

/**
 * Never refused for money, day or reference: the money has left the other fund. It is dated the day it was sent, or
 * the first later day that is open here; books closed through today make that tomorrow.
 */
export function receiveTransfer(command: ReceiveTransfer, state: OpenBook, { earlier }: BookContext): readonly TransferReceived[] | Refusal {
  const { transferId, fromFundId, fromAccount, account, amount, sentOn, senderReference } = command;
  if (earlier?.transferArrived === true || state.arrived.has(transferId)) return refuse('transfer_already_received', { transferId });
  const arrival = { ...command, effectiveOn: firstOpenDay(state, command.effectiveOn) };
  return [{
    type: 'TransferReceived',
    data: {
      ...movementOf(arrival, state), transferId, fromFundId, fromAccount, account, amount: dongText(amount), sentOn,
      ...given({ senderReference }),
    },
  }];
}

export function firstOpenDay({ facts, closedThrough }: OpenBook, day: Day): Day {
  const opened = laterOf(day, facts.openedOn);
  return closedThrough === undefined ? opened : laterOf(opened, addDays(closedThrough, 1));
}
