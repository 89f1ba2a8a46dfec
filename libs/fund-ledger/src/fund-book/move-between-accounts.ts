import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { MoveBetweenAccounts } from '../commands.js';
import { booked, entryRefusal, mixRefusal, movementOf, type BookContext, type OpenBook } from './entry.js';
import type { MovedBetweenAccounts } from './events.js';

/**
 * Cash banked or drawn. From one bank account of the fund to another is also such a move: it has its voucher and
 * changes no figure.
 */
export function moveBetweenAccounts(command: MoveBetweenAccounts, state: OpenBook, context: BookContext): readonly MovedBetweenAccounts[] | Refusal {
  const { fromAccount, toAccount, amount } = command;
  const refused = entryRefusal(command, state, context) ?? amountRefusal(amount) ?? mixRefusal(fromAccount, toAccount, '/toAccount');
  if (refused) return refused;
  return booked({ type: 'MovedBetweenAccounts', data: { ...movementOf(command, state), fromAccount, toAccount, amount: dongText(amount) } }, state);
}
