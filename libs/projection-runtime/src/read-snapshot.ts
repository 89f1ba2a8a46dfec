import type { DataSource } from 'typeorm';
import type { SqlRunner } from './database.js';

/**
 * Runs `work` on one state of every read model. Several statements that belong together need this rather than a bare
 * transaction: a rebuilt read model that takes another's place between two of them would be seen half, since its rows
 * are younger than the snapshot. While `work` runs no switch happens, so it should be short.
 */
export async function inReadSnapshot<Result>(database: DataSource, work: (snapshot: SqlRunner) => Promise<Result>): Promise<Result> {
  return database.transaction('REPEATABLE READ', async (snapshot) => {
    // The snapshot is taken by the first statement that reads, which this is not: so the lock comes first.
    await snapshot.query('LOCK TABLE read.checkpoint IN ACCESS SHARE MODE');
    return work(snapshot);
  });
}
