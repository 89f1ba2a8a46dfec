import { fundBookStream, routeOf } from '@ledger/fund-ledger';
import type { RowSubmission } from '../submission.js';

/** A row of one stream; `feeds` is the other stream that it pays into. */
export interface LaneRow {
  readonly submission: RowSubmission;
  readonly stream: string;
  readonly feeds?: string;
}

/** What is written in which order: a stage begins when the one before it is booked. */
export interface ImportPlan {
  /** Rows that do not depend on each other. */
  readonly stages: readonly (readonly RowSubmission[])[];
  /** Movements in the order in which they were posted. */
  readonly movements: readonly LaneRow[];
}

export function laneRow(submission: RowSubmission): LaneRow {
  const { command } = submission;
  const { stream } = routeOf(command);
  return command.type === 'SendTransfer' ? { submission, stream, feeds: fundBookStream(command.toFundId) } : { submission, stream };
}
