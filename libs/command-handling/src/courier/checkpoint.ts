import type { QueryRunner } from 'typeorm';
import type { RecordedEvent } from '@ledger/kernel';
import { addToIndex } from '../records/voucher-index.js';

/** Any number, the same in every process: who holds this lock is the courier. */
const COURIER_LOCK = 7_305_112_960n;

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

  /** Where to read on. Places in another log mean nothing: the index then begins anew. */
  async begin(logId: string): Promise<bigint> {
    const [row] = (await this.runner.query('SELECT log_id, resume_after FROM command.courier_checkpoint')) as { log_id: string; resume_after: string }[];
    if (row?.log_id === logId) return BigInt(row.resume_after);
    await this.inTransaction(async () => {
      await this.runner.query('DELETE FROM command.voucher_index');
      await this.runner.query(
        `INSERT INTO command.courier_checkpoint (log_id, indexed_through, resume_after) VALUES ($1, $2, $2)
         ON CONFLICT (only_row) DO UPDATE SET log_id = EXCLUDED.log_id, indexed_through = EXCLUDED.indexed_through, resume_after = EXCLUDED.resume_after`,
        [logId, NOTHING.toString()],
      );
    });
    return NOTHING;
  }

  /** Indexes a batch and moves the checkpoint with it. It may be lost together in a crash, so it need not wait for the disk. */
  async advance(events: readonly RecordedEvent[], indexedThrough: bigint, resumeAfter: bigint): Promise<void> {
    await this.inTransaction(async () => {
      await this.runner.query('SET LOCAL synchronous_commit = off');
      await addToIndex({ query: (sql, parameters) => this.runner.query(sql, parameters) }, events);
      // Where it reads again what was indexed before, coverage stays where it was.
      await this.runner.query('UPDATE command.courier_checkpoint SET indexed_through = greatest(indexed_through, $1), resume_after = $2', [
        indexedThrough.toString(), resumeAfter.toString(),
      ]);
    });
  }

  private async inTransaction(work: () => Promise<void>): Promise<void> {
    await this.runner.startTransaction();
    try {
      await work();
      await this.runner.commitTransaction();
    } catch (error) {
      // Where the connection is gone the rollback fails too, and the first error is the one that tells why.
      await Promise.allSettled([this.runner.rollbackTransaction()]);
      throw error;
    }
  }
}
