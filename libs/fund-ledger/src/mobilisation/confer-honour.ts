import type { DecisionContext, Refusal } from '@ledger/kernel';
import type { ConferHonour } from '../commands.js';
import { futureRefusal } from '../dates.js';
import { refuse } from '../refuse.js';
import type { HonourConferred } from './events.js';
import type { MobilisationState } from './state.js';

/** An award that no money goes with. */
export function conferHonour(command: ConferHonour, state: MobilisationState, context: DecisionContext): readonly HonourConferred[] | Refusal {
  const { associationId, awardId, code, effectiveOn, title, awardKind, recipientKind, beneficiaryId } = command;
  if (state.honours.has(code)) return refuse('honour_already_conferred', { code }, '/code');
  return futureRefusal(effectiveOn, context)
    ?? [{ type: 'HonourConferred', data: { associationId, awardId, code, effectiveOn, title, awardKind, recipientKind, beneficiaryId } }];
}
