import { ForeignEvent, type EventStore } from '@ledger/event-store';
import { Checkpoints } from './compare/checkpoints.js';
import type { LoggedRows } from './compare/logged-rows.js';
import type { Differences } from './differences.js';
import type { LedgerFold } from './fold.js';
import type { ScopedModel } from './scope.js';
import type { VerificationProgress } from './verdict.js';

const TELL_EVERY = 500;

export interface LogToFold {
  readonly store: EventStore;
  readonly models: readonly ScopedModel[];
  /** The past moment that was asked about. */
  readonly at: bigint | undefined;
  readonly differences: Differences;
  readonly onProgress: (progress: VerificationProgress) => void;
}

export interface FoldedLog {
  readonly logId: string;
  readonly events: number;
  readonly until: bigint | undefined;
  /** Events after `until`; with `at` only the first of them is looked for. */
  readonly beyond: number;
}

/** Reads the log as far as `at`, otherwise as far as the read model that has come furthest. */
export async function foldLog(fold: LedgerFold, logged: LoggedRows, { store, models, at, differences, onProgress }: LogToFold): Promise<FoldedLog> {
  const logId = await store.logId();
  const end = at ?? models.reduce((most, { position }) => (position !== undefined && position > most ? position : most), -1n);
  const total = eventsUpTo(end, models);
  const checkpoints = new Checkpoints(models, differences);
  let [events, beyond, until] = [0, 0, undefined as bigint | undefined];
  try {
    reading: for await (const page of store.readAllInPages()) {
      for (const recorded of page) {
        if (recorded.position > end) {
          beyond += 1;
          if (at !== undefined) break reading;
          continue;
        }
        if (logged.isFull) await logged.compare();
        checkpoints.note(recorded.position, recorded.metadata.recordedAt);
        fold.take(recorded);
        events += 1;
        until = recorded.position;
        if (events % TELL_EVERY === 0) onProgress({ phase: 'log', done: events, total: Math.max(total, events) });
      }
    }
  } catch (error) {
    // No read model gets past it, so everything up to it can be compared all the same.
    if (!(error instanceof ForeignEvent)) throw error;
    differences.add({ kind: 'log', projection: '', sentence: error.message });
  }
  onProgress({ phase: 'log', done: events, total: events });
  await logged.finish();
  await checkpoints.finish(logId, (position) => store.holds(position));
  fold.finish();
  return { logId, events, until, beyond };
}

/** About how many events the log has up to a position: for showing how far the work has come. */
function eventsUpTo(end: bigint, models: readonly ScopedModel[]): number {
  let [most, position] = [0, 0n];
  for (const model of models) if (model.position !== undefined && model.position > position) [most, position] = [Number(model.events), model.position];
  return position <= end || position === 0n ? most : Math.ceil((most * Number(end)) / Number(position));
}
