import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { AwardPrize } from '../commands.js';
import { booked, entryRefusal, movementOf, purposeRefusal, type BookContext, type OpenBook } from './entry.js';
import type { PrizeAwarded } from './events.js';

/** Money or goods that go with an award of either kind. */
export function awardPrize(command: AwardPrize, state: OpenBook, context: BookContext): readonly PrizeAwarded[] | Refusal {
  const { awardId, code, associationId, title, awardKind, recipientKind, beneficiaryId, account, amount } = command;
  const refused = entryRefusal(command, state, context) ?? amountRefusal(amount) ?? purposeRefusal(state.facts, 'award');
  if (refused) return refused;
  const award = { awardId, code, associationId, title, awardKind, recipientKind, beneficiaryId };
  return booked({ type: 'PrizeAwarded', data: { ...movementOf(command, state), ...award, account, amount: dongText(amount) } }, state);
}
