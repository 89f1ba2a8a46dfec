import type { Decider } from '@ledger/kernel';
import type { ConferHonour, ReportDirectSupport } from '../commands.js';
import { conferHonour } from './confer-honour.js';
import type { MobilisationEvent } from './events.js';
import { reportDirectSupport } from './report-direct-support.js';
import { evolve, initialState, type MobilisationState } from './state.js';

/** Stream `mobilisation-{associationId}`: what counts for the movement and never touches a fund. */
export const mobilisation: Decider<ReportDirectSupport | ConferHonour, MobilisationEvent, MobilisationState> = {
  initialState,
  evolve,
  decide: (command, state, context) => {
    switch (command.type) {
      case 'ReportDirectSupport': return reportDirectSupport(command, state, context);
      case 'ConferHonour': return conferHonour(command, state, context);
    }
  },
};
