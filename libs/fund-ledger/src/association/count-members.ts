import type { DecisionContext, Refusal } from '@ledger/kernel';
import type { CountMembers } from '../commands.js';
import { countRefusal } from '../counts.js';
import { futureRefusal } from '../dates.js';
import { refuse } from '../refuse.js';
import type { MembersCounted } from './events.js';
import type { AssociationState } from './state.js';

export function countMembers(command: CountMembers, state: AssociationState, context: DecisionContext): readonly MembersCounted[] | Refusal {
  const { associationId, members, effectiveOn } = command;
  if (!state) return refuse('association_not_found', { associationId }, '/associationId');
  const refused = countRefusal(members, '/members') ?? futureRefusal(effectiveOn, context);
  return refused ?? [{ type: 'MembersCounted', data: { associationId, members, effectiveOn } }];
}
