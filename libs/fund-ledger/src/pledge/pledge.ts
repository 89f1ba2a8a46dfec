import type { Decider } from '@ledger/kernel';
import type { CancelPledge, MakePledge } from '../commands.js';
import { cancelPledge } from './cancel-pledge.js';
import type { PledgeEvent } from './events.js';
import { makePledge } from './make-pledge.js';
import { evolve, initialState, type PledgeState } from './state.js';

/** Stream `pledge-{pledgeId}`. */
export const pledge: Decider<MakePledge | CancelPledge, PledgeEvent, PledgeState> = {
  initialState,
  evolve,
  decide: (command, state, context) => {
    switch (command.type) {
      case 'MakePledge': return makePledge(command, state, context);
      case 'CancelPledge': return cancelPledge(command, state, context);
    }
  },
};
