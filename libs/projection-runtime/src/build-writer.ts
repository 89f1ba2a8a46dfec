import type { RecordedEvent } from '@ledger/kernel';
import type { DataSource } from 'typeorm';
import { inTransaction } from './database.js';
import type { Projection } from './projection.js';

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
 * One transaction: lock the checkpoint, drop what is at or before it, write the rows, move the checkpoint. So a stretch
 * that comes twice, or from two writers, counts once.
 */
export async function writeStretch(database: DataSource, projection: Projection, place: BuildPlace, logId: string, stretch: Stretch): Promise<WriteOutcome> {
  return inTransaction(database, async (transaction): Promise<WriteOutcome> => {
    const [checkpoint] = await transaction.query<{ position: string | null; log_id: string | null }>(
      'SELECT position::text AS position, log_id FROM projection.checkpoint WHERE name = $1 AND build = $2 FOR UPDATE', [place.name, place.build]);
    if (!checkpoint) return { kind: 'build_is_gone' };
    if (checkpoint.log_id !== null && checkpoint.log_id !== logId) return { kind: 'another_log', logId: checkpoint.log_id };
    const reached = checkpoint.position === null ? -1n : BigInt(checkpoint.position);
    if (reached < (stretch.after ?? -1n)) return { kind: 'checkpoint_went_back', position: checkpoint.position === null ? undefined : reached };
    if (reached >= stretch.through) return { kind: 'written' };
    const fresh = stretch.events.filter((event) => event.position > reached);
    if (fresh.length > 0) await projection.project(fresh, transaction, place.schema);
    await transaction.query(
      `UPDATE projection.checkpoint SET position = $3, log_id = $4, event_time = coalesce($5, event_time), events = $6 WHERE name = $1 AND build = $2`,
      [place.name, place.build, stretch.through.toString(), logId, stretch.throughTime ?? null, stretch.eventsThrough.toString()]);
    return { kind: 'written' };
  });
}
