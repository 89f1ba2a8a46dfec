import type { Day, DecisionContext, Refusal } from '@ledger/kernel';
import { refuse } from './refuse.js';

/** Nothing is recorded as having happened after today. */
export function futureRefusal(day: Day, { today }: DecisionContext, field = '/effectiveOn'): Refusal | undefined {
  return day > today ? refuse('date_is_after_today', { day, today }, field) : undefined;
}
