import type { QueryRunner } from 'typeorm';

/** Any number, the same in every process: who holds this lock is the courier. */
const COURIER_LOCK = 7_305_112_960n;

/** Before the first event. */
const NOTHING = -1n;

/** The courier's connection: it holds the lock, and everything that the courier writes goes through it. */
export class CourierConnection {
  constructor(private readonly runner: QueryRunner) {}

  async takeLock(): Promise<boolean> {
    const [row] = (await this.runner.query('SELECT pg_try_advisory_lock($1) AS taken', [COURIER_LOCK.toString()])) as { taken: boolean }[];
    return row?.taken === true;
  }

  async giveLockBack(): Promise<void> {
    await this.runner.query('SELECT pg_advisory_unlock($1)', [COURIER_LOCK.toString()]);
  }

  /** Where to read on. Places in another log mean nothing: it then begins anew. */
  async begin(logId: string): Promise<bigint> {
    const [row] = (await this.runner.query('SELECT log_id, resume_after FROM command.courier_checkpoint')) as { log_id: string; resume_after: string }[];
    if (row?.log_id === logId) return BigInt(row.resume_after);
    await this.runner.query(
      `INSERT INTO command.courier_checkpoint (log_id, resume_after) VALUES ($1, $2)
       ON CONFLICT (only_row) DO UPDATE SET log_id = EXCLUDED.log_id, resume_after = EXCLUDED.resume_after`,
      [logId, NOTHING.toString()],
    );
    return NOTHING;
  }

  /** Moves the checkpoint. Losing the last moves in a crash means reading a little again, so it need not wait for the disk. */
  async advance(resumeAfter: bigint): Promise<void> {
    await this.runner.query(
      `UPDATE command.courier_checkpoint SET resume_after = $1 FROM (SELECT set_config('synchronous_commit', 'off', true)) AS without_waiting`,
      [resumeAfter.toString()],
    );
  }
}
