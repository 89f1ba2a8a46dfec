import type { DecisionContext, Refusal } from '@ledger/kernel';
import type { RenameFund } from '../commands.js';
import { futureRefusal } from '../dates.js';
import { refuse } from '../refuse.js';
import type { FundRenamed } from './events.js';
import type { FundState } from './state.js';

export function renameFund(command: RenameFund, state: FundState, context: DecisionContext): readonly FundRenamed[] | Refusal {
  const { fundId, name, effectiveOn } = command;
  if (!state) return refuse('fund_not_found', { fundId }, '/fundId');
  const { openedOn } = state;
  if (effectiveOn < openedOn) return refuse('date_is_before_fund_opened', { day: effectiveOn, openedOn }, '/effectiveOn');
  return futureRefusal(effectiveOn, context) ?? [{ type: 'FundRenamed', data: { fundId, name, effectiveOn } }];
}
