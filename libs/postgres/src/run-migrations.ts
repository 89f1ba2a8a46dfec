import type { DatabaseSettings } from './database-at.js';
import { databaseAt } from './database-at.js';

/** Held while tables are made, by every program of the project: several may start at once on an empty database. */
const MIGRATION_LOCK = 7_310_553_002;

/** Makes the tables of these migrations where they are missing; each in a transaction of its own, one program at a time. */
export async function runMigrations(url: string, migrations: NonNullable<DatabaseSettings['migrations']>): Promise<void> {
  const database = await databaseAt(url, { migrations }).initialize();
  const lock = database.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await database.runMigrations();
  } finally {
    // Closing the connection is what frees the lock, also where something failed.
    await lock.release();
    await database.destroy();
  }
}
