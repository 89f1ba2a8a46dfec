import { fundBookStream, routeOf } from '@ledger/fund-ledger';
import type { Submissions } from '../rows/submissions.js';
import type { RowSubmission } from '../submission.js';

/** What is written in which order: a stage begins when the one before it is booked. */
export interface ImportPlan {
  /** Rows that do not depend on each other. */
  readonly stages: readonly Submissions[];
  /** Movements in the order in which they were posted. */
  readonly movements: Submissions;
}

/** The stream that a row is written to; `feeds` is the other one that it pays into. */
export function laneOf({ command }: RowSubmission): { readonly stream: string; readonly feeds?: string } {
  const { stream } = routeOf(command);
  return command.type === 'SendTransfer' ? { stream, feeds: fundBookStream(command.toFundId) } : { stream };
}
