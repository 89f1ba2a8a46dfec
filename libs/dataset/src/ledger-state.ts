import type { EarlierNeeds, EarlierRecord } from '@ledger/fund-ledger';
import type { RowSubmission } from './submission.js';

/** A stream as it is in the ledger now. */
export interface FoldedStream {
  /** Made by the stream's own decider; whoever gets it may change it. */
  readonly state: unknown;
  readonly eventCount: number;
}

/** What a check has to know of the ledger that the set would go into. */
export interface LedgerState {
  /**
   * By command id: 'booked' where the ledger holds this very row already, 'changed' where it holds a row of that name
   * with other content. New rows are left out.
   */
  compare(submissions: readonly RowSubmission[]): Promise<ReadonlyMap<string, 'booked' | 'changed'>>;
  /** The streams that exist. */
  fold(streams: readonly string[]): Promise<ReadonlyMap<string, FoldedStream>>;
  /** What decisions on a folded book may need of the time before its fold, as the ledger itself would look it up. */
  earlier(stream: string, needs: EarlierNeeds): Promise<EarlierRecord>;
}

/** A ledger that knows nothing of the set's tree. */
export const EMPTY_LEDGER: LedgerState = {
  compare: async () => new Map(),
  fold: async () => new Map(),
  earlier: async () => ({}),
};
