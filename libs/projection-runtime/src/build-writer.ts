import type { RecordedEvent } from '@ledger/kernel';
import type { DataSource } from 'typeorm';
import { inTransaction } from './database.js';
import { eraseElsewhere } from './erase-elsewhere.js';
import type { Projection, Transaction } from './projection.js';

/** A stretch of the log, as one build sees it: only the events it handles, but every position. */
export interface Stretch {
  /** The position that the build is believed to have reached before it. */
  readonly after: bigint | undefined;
  readonly through: bigint;
  readonly throughTime: string | undefined;
  /** How many events the log holds up to `through`. */
  readonly eventsThrough: bigint;
  readonly events: readonly RecordedEvent[];
}

export type WriteOutcome =
  | { readonly kind: 'written' }
  /** The build's checkpoint is not where it was: Postgres lost its last commits, or somebody set it back. */
  | { readonly kind: 'checkpoint_went_back'; readonly position: bigint | undefined }
  | { readonly kind: 'build_is_gone' }
  | { readonly kind: 'another_log'; readonly logId: string };

export interface BuildPlace {
  readonly name: string;
  readonly build: number;
  readonly schema: string;
}

/**
 * One transaction: move the checkpoint, which locks it, and write the rows; drop what is at or before it, where it is
 * not where it was believed to be. So a stretch that comes twice, or from two writers, counts once.
 */
export async function writeStretch(database: DataSource, projection: Projection, place: BuildPlace, logId: string, stretch: Stretch): Promise<WriteOutcome> {
  const move = moveFrom(place, logId, stretch);
  // Nothing but the place in the log: one statement is a transaction too.
  if (stretch.events.length === 0 && (await move({ query: (sql, parameters) => database.query(sql, parameters as unknown[]) }))) return { kind: 'written' };
  return inTransaction(database, async (transaction): Promise<WriteOutcome> => {
    if (await move(transaction)) {
      await project(projection, stretch.events, transaction, place);
      return { kind: 'written' };
    }
    return writeRest(transaction, projection, place, logId, stretch);
  });
}

/** Moves the checkpoint from where it is believed to stand to the stretch's end; false where it stands elsewhere. */
function moveFrom(place: BuildPlace, logId: string, stretch: Stretch): (runner: Pick<Transaction, 'query'>) => Promise<boolean> {
  const parameters = [place.name, place.build, stretch.through.toString(), logId, stretch.throughTime ?? null, stretch.eventsThrough.toString(), stretch.after?.toString() ?? null];
  return async (runner) => (await runner.query<{ moved: boolean }>(
    `WITH moved AS (UPDATE projection.checkpoint SET position = $3::bigint, log_id = $4, event_time = coalesce($5, event_time), events = $6
       WHERE name = $1 AND build = $2 AND position IS NOT DISTINCT FROM $7::bigint AND (position IS NULL OR position < $3::bigint) AND (log_id IS NULL OR log_id = $4) RETURNING true) SELECT true AS moved FROM moved`, parameters)).length > 0;
}

async function project(projection: Projection, batch: readonly RecordedEvent[], transaction: Transaction, place: BuildPlace): Promise<void> {
  if (batch.length === 0) return;
  await projection.project(batch, transaction, place.schema);
  await eraseElsewhere(projection, batch, transaction, place);
}

/** Finds out where the checkpoint is, and writes what lies after it. */
async function writeRest(transaction: Transaction, projection: Projection, place: BuildPlace, logId: string, stretch: Stretch): Promise<WriteOutcome> {
  const [checkpoint] = await transaction.query<{ position: string | null; log_id: string | null }>(
    'SELECT position::text AS position, log_id FROM projection.checkpoint WHERE name = $1 AND build = $2 FOR UPDATE', [place.name, place.build]);
  if (!checkpoint) return { kind: 'build_is_gone' };
  if (checkpoint.log_id !== null && checkpoint.log_id !== logId) return { kind: 'another_log', logId: checkpoint.log_id };
  const reached = checkpoint.position === null ? undefined : BigInt(checkpoint.position);
  if ((reached ?? -1n) < (stretch.after ?? -1n)) return { kind: 'checkpoint_went_back', position: reached };
  if ((reached ?? -1n) >= stretch.through) return { kind: 'written' };
  const fresh = stretch.events.filter((event) => event.position > (reached ?? -1n));
  await moveFrom(place, logId, { ...stretch, after: reached })(transaction);
  await project(projection, fresh, transaction, place);
  return { kind: 'written' };
}
