import { CheckpointWatch, type SqlRunner } from '@ledger/projection-runtime';

const WAIT_MS = 30_000;

/** What every read table that serves reflects now, or which of them does not; undefined where there are none yet. */
export type ProjectionsAwaited = { readonly kind: 'reached' } | { readonly kind: 'behind' } | { readonly kind: 'stopped'; readonly projection: string };

/** Waits until every live read table reflects a position of that log, up to half a minute without any of them moving on. */
export async function awaitProjections(database: SqlRunner, position: bigint, logId: string): Promise<ProjectionsAwaited> {
  const watch = new CheckpointWatch(database);
  let reached: bigint | undefined;
  for (;;) {
    const rows = (await database.query('SELECT projection FROM read.checkpoint')) as { projection: string }[];
    const outcome = await watch.waitFor(position, rows.map((row) => row.projection), WAIT_MS, logId);
    if (outcome.kind === 'reached' || outcome.kind === 'stopped') return outcome;
    if (outcome.kind !== 'behind' || outcome.position === reached) return { kind: 'behind' };
    reached = outcome.position;
  }
}
