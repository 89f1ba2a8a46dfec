import type { EarlierNeeds } from '@ledger/fund-ledger';
import type { Fold } from '../stream/fold.js';

export type { EarlierNeeds };

/** Tells what was looked up, and for which base of the fold; '' where nothing is needed. */
export function needKey(fold: Fold, needs: Partial<EarlierNeeds>): string {
  const text = JSON.stringify(needs, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return text === '{}' ? '' : `${fold.baseRevision} ${text}`;
}
