import type { Decider } from '@ledger/kernel';
import type { CountMembers, RegisterAssociation, RenameAssociation } from '../commands.js';
import { countMembers } from './count-members.js';
import type { AssociationEvent } from './events.js';
import { registerAssociation } from './register-association.js';
import { renameAssociation } from './rename-association.js';
import { evolve, initialState, type AssociationState } from './state.js';

export type AssociationCommand = RegisterAssociation | RenameAssociation | CountMembers;

/** Stream `association-{associationId}`. */
export const association: Decider<AssociationCommand, AssociationEvent, AssociationState> = {
  initialState,
  evolve,
  decide: (command, state, context) => {
    switch (command.type) {
      case 'RegisterAssociation': return registerAssociation(command, state, context);
      case 'RenameAssociation': return renameAssociation(command, state, context);
      case 'CountMembers': return countMembers(command, state, context);
    }
  },
};
