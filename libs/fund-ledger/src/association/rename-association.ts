import type { DecisionContext, Refusal } from '@ledger/kernel';
import type { RenameAssociation } from '../commands.js';
import { futureRefusal } from '../dates.js';
import { refuse } from '../refuse.js';
import type { AssociationRenamed } from './events.js';
import type { AssociationState } from './state.js';

export function renameAssociation(command: RenameAssociation, state: AssociationState, context: DecisionContext): readonly AssociationRenamed[] | Refusal {
  const { associationId, name, effectiveOn } = command;
  if (!state) return refuse('association_not_found', { associationId }, '/associationId');
  return futureRefusal(effectiveOn, context) ?? [{ type: 'AssociationRenamed', data: { associationId, name, effectiveOn } }];
}
