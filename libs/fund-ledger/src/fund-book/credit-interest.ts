import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { CreditInterest } from '../commands.js';
import { booked, entryRefusal, movementOf, type BookContext, type OpenBook } from './entry.js';
import type { InterestCredited } from './events.js';

/** Interest belongs to the fund whose money bore it, under the same restriction. */
export function creditInterest(command: CreditInterest, state: OpenBook, context: BookContext): readonly InterestCredited[] | Refusal {
  const refused = entryRefusal(command, state, context) ?? amountRefusal(command.amount);
  if (refused) return refused;
  return booked({ type: 'InterestCredited', data: { ...movementOf(command, state), amount: dongText(command.amount) } }, state);
}
