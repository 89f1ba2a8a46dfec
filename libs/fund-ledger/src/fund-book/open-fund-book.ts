import { dongText, type Refusal } from '@ledger/kernel';
import type { OpenFundBook } from '../commands.js';
import { openingRefusal } from '../fund/opening.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import { movementOf, type BookContext } from './entry.js';
import type { FundBookOpened } from './events.js';
import type { BookState } from './state.js';

/** Follows `FundOpened`, with the same figures. */
export function openFundBook(command: OpenFundBook, state: BookState, context: BookContext): readonly FundBookOpened[] | Refusal {
  if (state.facts) return refuse('book_already_opened');
  const refused = openingRefusal({ ...command, openedOn: command.effectiveOn }, context);
  if (refused) return refused;
  const { associationId, restriction, purpose, opening, endowmentPrincipal } = command;
  return [{
    type: 'FundBookOpened',
    data: {
      ...movementOf(command, state), associationId, restriction, ...given({ purpose }),
      opening: { cash: dongText(opening.cash), bank: dongText(opening.bank), goods: dongText(opening.goods) },
      endowmentPrincipal: dongText(endowmentPrincipal),
    },
  }];
}
