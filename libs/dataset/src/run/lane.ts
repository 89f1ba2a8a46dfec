import type { Submissions } from '../rows/submissions.js';
import type { RowSubmission } from '../submission.js';
import { outcomeOf, type ImportAnswer, type RowOutcome } from './answers.js';
import type { Permits } from './permits.js';
import type { ProgressMeter } from './progress.js';

/** Why an import stopped before its end. */
export type Stop =
  | { readonly kind: 'refused'; readonly submission: RowSubmission; readonly outcome: Extract<RowOutcome, { kind: 'refused' | 'changed' }> }
  | { readonly kind: 'unavailable'; readonly submission: RowSubmission; readonly why: string }
  | { readonly kind: 'aborted' };

/** What all lanes of one import share. */
export interface Run {
  readonly execute: (submission: RowSubmission) => Promise<ImportAnswer>;
  readonly permits: Permits;
  readonly progress: ProgressMeter;
  /** Attempts at the same row, without any row of its lane getting on, before the import gives up. */
  readonly attempts: number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Set by the first lane that cannot go on; the others then send nothing more. */
  readonly stop: (reason: Stop) => void;
  readonly stopped: () => boolean;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Rows of one stream that are under way together: enough for the ledger to fill its appends. */
export const WINDOW = 1_000;

/**
 * Books the rows of one stream, named by their places, in this order. They are sent without waiting for each other; a refusal counts only
 * where every row before it was booked: otherwise it may be due to a row that has to be sent again.
 * Answers whether all of them are booked.
 */
export async function bookInOrder(rows: Submissions, places: readonly number[], run: Run): Promise<boolean> {
  let left = places;
  let attempts = 0;
  let sentBefore = false;
  while (left.length > 0) {
    if (run.stopped()) return false;
    const outcomes = await sendAll(rows, left, sentBefore, run);
    sentBefore = true;
    const open = left.flatMap((place, at) => (outcomes[at]?.kind === 'booked' ? [] : [{ place, outcome: outcomes[at] }]));
    const first = open[0];
    if (!first) return true;
    // Without an outcome it was not sent, since the import is stopping.
    if (!first.outcome) return false;
    if (first.outcome.kind !== 'again') {
      run.stop({ kind: 'refused', submission: rows.at(first.place), outcome: first.outcome });
      return false;
    }
    attempts = open.length < left.length ? 1 : attempts + 1;
    if (attempts >= run.attempts) {
      run.stop({ kind: 'unavailable', submission: rows.at(first.place), why: first.outcome.why });
      return false;
    }
    left = open.map(({ place }) => place);
    await run.pause(pauseAfter(attempts));
  }
  return true;
}

/** Doubles from a tenth of a second to five seconds, with up to a quarter more so that lanes do not come back together. */
function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10)) * (1 + Math.random() / 4);
}

async function sendAll(rows: Submissions, places: readonly number[], sentBefore: boolean, run: Run): Promise<(RowOutcome | undefined)[]> {
  const sent: Promise<RowOutcome>[] = [];
  for (const place of places) {
    await run.permits.take();
    if (run.stopped()) {
      run.permits.give();
      break;
    }
    sent.push(send(rows.at(place), sentBefore, run));
  }
  return Promise.all(sent);
}

/** A row that this run has sent before and whose answer was lost is this run's, though the ledger calls it repeated. */
async function send(submission: RowSubmission, sentBefore: boolean, run: Run): Promise<RowOutcome> {
  try {
    const outcome = outcomeOf(await run.execute(submission));
    if (outcome.kind === 'booked') run.progress.rowBooked(outcome.repeated && !sentBefore, outcome.position);
    return outcome;
  } finally {
    run.permits.give();
  }
}
