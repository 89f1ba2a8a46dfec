import { vaultMigrations } from '@ledger/privacy';
import { DataSource, QueryFailedError } from 'typeorm';

/** Held while tables are made, by every program that takes it. */
const MIGRATION_LOCK = 7_310_553_002;
const DUPLICATES = new Set(['23505', '42P06', '42P07', '42710']);

/** Makes the vault's tables where they are missing. Other programs may be doing the same. */
export async function migrateVault(url: string): Promise<void> {
  const database = await new DataSource({ type: 'postgres', url, installExtensions: false, migrations: vaultMigrations, migrationsTransactionMode: 'each' }).initialize();
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

/** A program that does not take the lock made the same tables at the same moment: the next attempt finds them. */
export function lostTheRace(error: unknown): boolean {
  return error instanceof QueryFailedError && 'code' in error.driverError && DUPLICATES.has(String(error.driverError.code));
}
