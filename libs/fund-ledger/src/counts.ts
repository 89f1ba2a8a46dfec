import type { Refusal } from '@ledger/kernel';
import { refuse } from './refuse.js';

/** Members, recipients: whole and not negative. */
export function countRefusal(count: number, field: string): Refusal | undefined {
  return Number.isSafeInteger(count) && count >= 0 ? undefined : refuse('count_must_be_whole_and_not_negative', { count: String(count) }, field);
}
