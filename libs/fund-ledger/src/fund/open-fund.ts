import { dongText, type DecisionContext, type Refusal } from '@ledger/kernel';
import type { OpenFund } from '../commands.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { FundOpened } from './events.js';
import { openingRefusal } from './opening.js';
import type { FundState } from './state.js';

export function openFund(command: OpenFund, state: FundState, context: DecisionContext): readonly FundOpened[] | Refusal {
  const { fundId, rootCode, code, name, associationId, restriction, purpose, openedOn, opening, endowmentPrincipal } = command;
  if (state) return refuse('fund_already_opened', { code }, '/code');
  return openingRefusal(command, context) ?? [{
    type: 'FundOpened',
    data: {
      fundId, rootCode, code, name, associationId, restriction, ...given({ purpose }), openedOn,
      opening: { cash: dongText(opening.cash), bank: dongText(opening.bank), goods: dongText(opening.goods) },
      endowmentPrincipal: dongText(endowmentPrincipal),
    },
  }];
}
