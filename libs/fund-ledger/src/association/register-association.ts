import type { DecisionContext, Refusal } from '@ledger/kernel';
import type { RegisterAssociation } from '../commands.js';
import { countRefusal } from '../counts.js';
import { futureRefusal } from '../dates.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { AssociationRegistered } from './events.js';
import type { AssociationState } from './state.js';

export function registerAssociation(command: RegisterAssociation, state: AssociationState, context: DecisionContext): readonly AssociationRegistered[] | Refusal {
  const { associationId, rootId, rootCode, parentId, code, name, level, members, establishedOn } = command;
  if (state) return refuse('association_already_registered', { code }, '/code');
  const refused = countRefusal(members, '/members') ?? futureRefusal(establishedOn, context, '/establishedOn');
  if (refused) return refused;
  if ((parentId === undefined) !== (rootId === associationId)) return refuse('association_root_does_not_match', { code, rootCode }, '/parentId');
  return [{
    type: 'AssociationRegistered',
    data: { associationId, rootId, rootCode, ...given({ parentId, establishedOn }), code, name, level, members },
  }];
}
