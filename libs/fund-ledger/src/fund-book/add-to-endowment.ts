import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { AddToEndowment } from '../commands.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import { booked, entryRefusal, movementOf, type BookContext, type OpenBook } from './entry.js';
import type { EndowmentAdded } from './events.js';

/** A gift goes to the bank and is principal at once; otherwise available money in the bank becomes principal. */
export function addToEndowment(command: AddToEndowment, state: OpenBook, context: BookContext): readonly EndowmentAdded[] | Refusal {
  const { amount, from, donorId } = command;
  const refused = entryRefusal(command, state, context) ?? amountRefusal(amount);
  if (refused) return refused;
  if ((from === 'donation') !== (donorId !== undefined)) return refuse('endowment_gift_names_its_donor', {}, '/donorId');
  return booked({ type: 'EndowmentAdded', data: { ...movementOf(command, state), amount: dongText(amount), from, ...given({ donorId }) } }, state);
}
