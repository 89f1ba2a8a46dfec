import type { Decider } from '@ledger/kernel';
import type { OpenFund, RenameFund } from '../commands.js';
import type { FundEvent } from './events.js';
import { openFund } from './open-fund.js';
import { renameFund } from './rename-fund.js';
import { evolve, initialState, type FundState } from './state.js';

export type FundCommand = OpenFund | RenameFund;

/** Stream `fund-{fundId}`: the fund as a thing with a name. Its money is in its book. */
export const fund: Decider<FundCommand, FundEvent, FundState> = {
  initialState,
  evolve,
  decide: (command, state, context) => {
    switch (command.type) {
      case 'OpenFund': return openFund(command, state, context);
      case 'RenameFund': return renameFund(command, state, context);
    }
  },
};
