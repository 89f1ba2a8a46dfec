import { dongText, type DecisionContext, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { MakePledge } from '../commands.js';
import { futureRefusal } from '../dates.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { PledgeMade } from './events.js';
import type { PledgeState } from './state.js';

/** A promise: no part of what was received. */
export function makePledge(command: MakePledge, state: PledgeState, context: DecisionContext): readonly PledgeMade[] | Refusal {
  const { pledgeId, code, donorId, fundId, campaignId, amount, effectiveOn, dueOn } = command;
  if (state) return refuse('pledge_already_made', { code }, '/code');
  return futureRefusal(effectiveOn, context) ?? amountRefusal(amount) ?? [{
    type: 'PledgeMade',
    data: { pledgeId, code, donorId, fundId, amount: dongText(amount), effectiveOn, ...given({ campaignId, dueOn }) },
  }];
}
