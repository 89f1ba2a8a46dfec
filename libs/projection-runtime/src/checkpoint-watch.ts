import type { SqlRunner } from './database.js';
import { reasonOf } from './poison-event.js';

const POLL_MS = 5;
const LONGEST_WAIT_MS = 30_000;
/** More waiting requests than this are turned away: each holds a connection open. */
const WAITER_LIMIT = 5_000;

export type WaitOutcome =
  | { readonly kind: 'reached' }
  /** Not within the time given; `position` is how far the furthest behind has come. */
  | { readonly kind: 'behind'; readonly position: bigint | undefined }
  /** An event stopped one of them: waiting longer would not help. */
  | { readonly kind: 'stopped'; readonly projection: string }
  | { readonly kind: 'too_many_waiting' };

interface Place { readonly position: bigint | undefined; readonly logId: string | null; readonly isStopped: boolean }
interface Waiter { readonly position: bigint; readonly logId: string | undefined; readonly names: readonly string[]; readonly settle: (outcome: WaitOutcome) => void; readonly fail: (error: unknown) => void }

/**
 * Lets many requests wait until the live builds have reached a position. However many wait, the checkpoints are read by
 * one statement at a time, and by none while nobody waits.
 */
export class CheckpointWatch {
  private readonly waiters = new Set<Waiter>();
  private polling = false;

  constructor(private readonly database: SqlRunner) {}

  /**
   * `names` are projections; `timeoutMs` is cut to 30 s. With `logId`, the id of the position's log, a build that was made
   * from another log has not reached it, whatever its own position. Throws where Postgres does not answer.
   */
  waitFor(position: bigint, names: readonly string[], timeoutMs: number, logId?: string): Promise<WaitOutcome> {
    if (this.waiters.size >= WAITER_LIMIT) return Promise.resolve({ kind: 'too_many_waiting' });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(() => resolve({ kind: 'behind', position: this.furthestBehind(names) })), Math.min(Math.max(timeoutMs, 0), LONGEST_WAIT_MS));
      const end = (answer: () => void): void => { clearTimeout(timer); this.waiters.delete(waiter); answer(); };
      const waiter: Waiter = { position, logId, names, settle: (outcome) => end(() => resolve(outcome)), fail: (error) => end(() => reject(error as Error)) };
      this.waiters.add(waiter);
      if (!this.polling) void this.poll();
    });
  }

  private places: ReadonlyMap<string, Place> = new Map();

  private async poll(): Promise<void> {
    this.polling = true;
    while (this.waiters.size > 0) {
      await this.look();
      if (this.waiters.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    this.polling = false;
  }

  private async look(): Promise<void> {
    const asked = [...this.waiters];
    try {
      const rows = (await this.database.query(
        `SELECT b.name, c.position::text AS position, c.log_id, b.stoppage IS NOT NULL AS is_stopped FROM projection.build b JOIN projection.checkpoint c USING (name, build) WHERE b.state = 'live'`,
      )) as { name: string; position: string | null; log_id: string | null; is_stopped: boolean }[];
      this.places = new Map(rows.map((row) => [row.name, { position: row.position === null ? undefined : BigInt(row.position), logId: row.log_id, isStopped: row.is_stopped }]));
    } catch (error) {
      const failure = new Error(`the checkpoints could not be read: ${reasonOf(error)}`, { cause: error });
      for (const waiter of asked) waiter.fail(failure);
      return;
    }
    for (const waiter of asked) this.answer(waiter);
  }

  private answer(waiter: Waiter): void {
    const behind = waiter.names.filter((name) => !hasReached(this.places.get(name), waiter));
    const stopped = behind.find((name) => this.places.get(name)?.isStopped === true);
    if (behind.length === 0) waiter.settle({ kind: 'reached' });
    else if (stopped !== undefined) waiter.settle({ kind: 'stopped', projection: stopped });
  }

  private furthestBehind(names: readonly string[]): bigint | undefined {
    let least: bigint | undefined;
    for (const name of names) {
      const position = this.places.get(name)?.position;
      if (position === undefined) return undefined;
      if (least === undefined || position < least) least = position;
    }
    return least;
  }
}

function hasReached(place: Place | undefined, { position, logId }: Waiter): boolean {
  if (place?.position === undefined) return false;
  return place.position >= position && (logId === undefined || place.logId === logId);
}
