import { closeSync, existsSync, fstatSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSource, QueryRunner } from 'typeorm';
import { MasterKeys, nextKeyFile } from './master-keys.js';
import { readMasterKeyId } from './person-keys.js';
import type { RotationOutcome } from './port.js';
import { keyId, readOrMakeKeyFile } from './secret-key.js';
import { syncFolder } from './secret-file.js';

/** Keys rewrapped in one transaction. */
const BATCH = 1_000;

// Any number that nothing else in the database locks by.
const ROTATION_LOCK = '7305218843120';

// No key of those who are marked here was ever wrapped by the new master key. Who is erased from now on waits for the next
// rotation, also where this one is taken up again after a crash: some keys are wrapped by the new one already.
const SWITCH = `
  WITH switched AS (UPDATE vault.current_master_key SET master_key_id = $1 WHERE master_key_id <> $1 RETURNING 1)
  UPDATE vault.erased_persons SET master_key_id = $1 WHERE master_key_id IS NULL AND EXISTS (SELECT FROM switched)`;

interface WrappedRow {
  person_id: string;
  wrapped_key: Buffer;
  master_key_id: string;
}

/**
 * Replaces the master key: a new one is made beside it, the vault is told that it holds from now on, every person's key
 * is rewrapped in batches, and the old file is overwritten and replaced. After a crash at any point the same call goes on
 * where it stopped: the new key's file says that a rotation is under way.
 */
export async function rotateMasterKey(dataSource: DataSource, masterKeyFile: string): Promise<RotationOutcome> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    const [lock] = (await runner.query('SELECT pg_try_advisory_lock($1::bigint) AS taken', [ROTATION_LOCK])) as { taken: boolean }[];
    if (lock?.taken !== true) return { kind: 'already_rotating' };
    try {
      return { kind: 'rotated', rewrapped: await rotate(dataSource, runner, masterKeyFile) };
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1::bigint)', [ROTATION_LOCK]);
    }
  } finally {
    await runner.release();
  }
}

/**
 * Somebody was erased after the last rotation began, or one was interrupted. Until it has run, what is left of a deleted
 * row in Postgres' files could be unwrapped by the master key.
 */
export async function rotationIsDue(dataSource: DataSource, masterKeyFile: string): Promise<boolean> {
  if (existsSync(nextKeyFile(masterKeyFile))) return true;
  const rows = await dataSource.query<unknown[]>('SELECT FROM vault.erased_persons WHERE master_key_id IS NULL LIMIT 1');
  return rows.length > 0;
}

async function rotate(dataSource: DataSource, runner: QueryRunner, masterKeyFile: string): Promise<number> {
  const newId = keyId(readOrMakeKeyFile(nextKeyFile(masterKeyFile)));
  const masterKeys = new MasterKeys(masterKeyFile);
  masterKeys.demand(await readMasterKeyId(dataSource));
  await runner.query(SWITCH, [newId]);
  // A key that was made while somebody was being erased is of no use to anybody.
  await runner.query('DELETE FROM vault.person_keys k USING vault.erased_persons e WHERE e.person_id = k.person_id');
  let rewrapped = 0;
  for (;;) {
    const count = await rewrapBatch(runner, masterKeys, newId);
    if (count === 0) break;
    rewrapped += count;
  }
  destroyOldKey(masterKeyFile);
  return rewrapped;
}

async function rewrapBatch(runner: QueryRunner, masterKeys: MasterKeys, newId: string): Promise<number> {
  await runner.startTransaction();
  try {
    const rows = (await runner.query(
      `SELECT person_id, wrapped_key, master_key_id FROM vault.person_keys
        WHERE master_key_id <> $1 ORDER BY person_id LIMIT ${BATCH} FOR UPDATE`,
      [newId],
    )) as WrappedRow[];
    const wrapped = rows.map((row) => {
      const key = masterKeys.unwrap(row.person_id, { wrappedKey: row.wrapped_key, masterKeyId: row.master_key_id });
      return masterKeys.wrap(row.person_id, key, newId).wrappedKey;
    });
    await runner.query(
      `UPDATE vault.person_keys k SET wrapped_key = w.wrapped_key, master_key_id = $3
         FROM unnest($1::uuid[], $2::bytea[]) AS w (person_id, wrapped_key) WHERE k.person_id = w.person_id`,
      [rows.map((row) => row.person_id), wrapped, newId],
    );
    await runner.commitTransaction();
    return rows.length;
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}

/** The new key takes the old one's name in one step; then the old file's bytes, which no name leads to any more, are overwritten. */
function destroyOldKey(masterKeyFile: string): void {
  const old = existsSync(masterKeyFile) ? openSync(masterKeyFile, 'r+') : undefined;
  try {
    renameSync(nextKeyFile(masterKeyFile), masterKeyFile);
    syncFolder(dirname(masterKeyFile));
    if (old === undefined) return;
    writeSync(old, Buffer.alloc(fstatSync(old).size), 0, undefined, 0);
    fsyncSync(old);
  } finally {
    if (old !== undefined) closeSync(old);
  }
}
