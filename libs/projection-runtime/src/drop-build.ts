import type { DataSource } from 'typeorm';
import type { Build } from './builds.js';
import { inTransaction } from './database.js';
import { tablesOf } from './finish-build.js';
import { isLockTimeout } from './passing-failure.js';
import { lockSchemaChanges } from './registry-schema.js';

/** Whoever still reads the tables is let finish: dropping them is tried again in the next round. */
const READERS_WITHIN_MS = 200;

/**
 * Drops the tables of a build that was replaced, and forgets it. Its writer must have stopped. Answers false where
 * somebody still reads them. Throws where something of somebody else's was built on them: that is not ours to drop.
 */
export async function dropBuild(database: DataSource, { name, build, schema }: Build): Promise<boolean> {
  try {
    await inTransaction(database, async (transaction) => {
      await lockSchemaChanges(transaction);
      await transaction.query(`SET LOCAL lock_timeout = ${READERS_WITHIN_MS}`);
      // First, and waited for: whoever takes something out of its tables holds this row.
      await transaction.query(`DELETE FROM projection.build WHERE name = $1 AND build = $2 AND state = 'old'`, [name, build]);
      const tables = await tablesOf(transaction, schema);
      if (tables.length > 0) await transaction.query(`DROP TABLE ${tables.join(', ')}`);
      await transaction.query(`DROP SCHEMA IF EXISTS ${schema}`);
    });
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  }
}
