import type { DataSource } from 'typeorm';
import type { Build } from './builds.js';
import { inTransaction } from './database.js';
import type { Projection, Transaction } from './projection.js';

/**
 * Lets Postgres leave a build's tables alone while they are filled: counting what is in them again and again took a tenth
 * of its time. They are counted once when they are full.
 */
export async function leaveAlone(transaction: Transaction, schema: string): Promise<void> {
  for (const table of await tablesOf(transaction, schema)) await transaction.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
}

/**
 * What a build did not need while it was filled: the keys and indexes of its readers, and what the planner knows of its
 * tables. In one transaction, so that it is done or not; its writer waits meanwhile, readers do not.
 */
export async function finishBuild(database: DataSource, projection: Projection, { name, build, schema }: Build): Promise<void> {
  await inTransaction(database, async (transaction) => {
    // Whoever writes the build begins with this row: taken first, neither waits for the other in a circle.
    await transaction.query('SELECT FROM projection.checkpoint WHERE name = $1 AND build = $2 FOR UPDATE', [name, build]);
    // What its writer knows of the build may be older than its own last visit.
    const [asked] = await transaction.query<{ is_finished: boolean }>('SELECT is_finished FROM projection.build WHERE name = $1 AND build = $2', [name, build]);
    if (asked?.is_finished !== false) return;
    await transaction.query('SET LOCAL statement_timeout = 0');
    // A rough picture, from a quarter of the rows that are usually looked at, is enough until Postgres takes its own.
    await transaction.query('SET LOCAL default_statistics_target = 25');
    await transaction.query(`SET LOCAL maintenance_work_mem = '128MB'`);
    for (const statement of projection.indexes?.(schema) ?? []) await transaction.query(statement);
    const tables = await tablesOf(transaction, schema);
    for (const table of tables) await transaction.query(`ALTER TABLE ${table} RESET (autovacuum_enabled)`);
    if (tables.length > 0) await transaction.query(`ANALYZE ${tables.join(', ')}`);
    await transaction.query('UPDATE projection.build SET is_finished = true WHERE name = $1 AND build = $2', [name, build]);
  });
}

export async function tablesOf(transaction: Transaction, schema: string): Promise<string[]> {
  const rows = await transaction.query<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1 ORDER BY tablename`, [schema]);
  return rows.map((row) => row.name);
}
