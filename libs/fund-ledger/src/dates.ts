import type { Day, DecisionContext, Refusal } from '@ledger/kernel';
import { refuse } from './refuse.js';

/** Nothing is recorded as having happened after today. A day that was not given is no such day. */
export function futureRefusal(day: Day | undefined, { today }: DecisionContext, field = '/effectiveOn'): Refusal | undefined {
  return day !== undefined && day > today ? refuse('date_is_after_today', { day, today }, field) : undefined;
}
