import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { ChargeBankFee } from '../commands.js';
import { booked, entryRefusal, movementOf, type BookContext, type OpenBook } from './entry.js';
import type { BankFeeCharged } from './events.js';

/** Out of what is available; a fee serves the fund itself, so no purpose is asked. */
export function chargeBankFee(command: ChargeBankFee, state: OpenBook, context: BookContext): readonly BankFeeCharged[] | Refusal {
  const refused = entryRefusal(command, state, context) ?? amountRefusal(command.amount);
  if (refused) return refused;
  return booked({ type: 'BankFeeCharged', data: { ...movementOf(command, state), amount: dongText(command.amount) } }, state);
}
