import type { DecisionContext, Refusal } from '@ledger/kernel';
import type { CancelPledge } from '../commands.js';
import { futureRefusal } from '../dates.js';
import { refuse } from '../refuse.js';
import type { PledgeCancelled } from './events.js';
import type { PledgeState } from './state.js';

export function cancelPledge(command: CancelPledge, state: PledgeState, context: DecisionContext): readonly PledgeCancelled[] | Refusal {
  const { pledgeId, effectiveOn, reason } = command;
  if (!state) return refuse('pledge_not_found', { pledgeId }, '/pledgeId');
  if (state.cancelledOn !== undefined) return refuse('pledge_already_cancelled', { cancelledOn: state.cancelledOn }, '/pledgeId');
  if (effectiveOn < state.madeOn) return refuse('cancellation_before_pledge', { day: effectiveOn, madeOn: state.madeOn }, '/effectiveOn');
  return futureRefusal(effectiveOn, context) ?? [{ type: 'PledgeCancelled', data: { pledgeId, effectiveOn, reason } }];
}
