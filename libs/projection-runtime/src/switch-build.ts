import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { replaceViews } from './builds.js';
import type { BuildState } from './builds.js';
import { inTransaction } from './database.js';
import { isLockTimeout } from './passing-failure.js';
import type { Projection, Transaction } from './projection.js';
import { grantDashboard, holdReadersBack, lockSchemaChanges } from './registry-schema.js';

/** How long a switch holds the live build still, at the longest, for the new one to draw level. */
const LEVEL_WITHIN_MS = 500;
const LEVEL_POLL_MS = 5;

/**
 * How long a switch waits, all in all, for readers to leave the views. Readers queue behind it meanwhile, and one that it
 * waits for may be among them: Postgres ends a reader when it finds such a circle, after a second. This gives up before.
 */
const READERS_WITHIN_MS = 600;

/**
 * Points the stable views at the given build, in one transaction with the registry: a query sees the old build or the
 * new one, whole, and never less of the log than before. Answers false, and changes nothing, where the new build does
 * not draw level or readers do not leave the views in time: the caller tries again later.
 */
export async function switchBuild(database: DataSource, projection: Projection, build: number): Promise<boolean> {
  try {
    return await inTransaction(database, (transaction) => switchWithin(transaction, projection, build));
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  }
}

async function switchWithin(transaction: Transaction, projection: Projection, build: number): Promise<boolean> {
  await lockSchemaChanges(transaction);
  const [next] = await transaction.query<{ state: BuildState; schema_name: string; keeps_former: boolean }>(
    'SELECT state, schema_name, keeps_former FROM projection.build WHERE name = $1 AND build = $2', [projection.name, build]);
  if (!next) throw new Error(`there is no build ${build} of ${projection.name}`);
  if (next.state === 'live') return true;
  const views = Object.keys(projection.views(next.schema_name)).length + Object.keys(projection.sealedViews?.(next.schema_name) ?? {}).length;
  await transaction.query(`SET LOCAL lock_timeout = ${LEVEL_WITHIN_MS}`);
  if (!(await drawsLevel(transaction, projection.name, build))) return false;
  await transaction.query(`SET LOCAL lock_timeout = ${Math.ceil(READERS_WITHIN_MS / (views + 1))}`);
  await holdReadersBack(transaction);
  // One former build is kept at most, and without that wish none.
  await transaction.query(`UPDATE projection.build SET state = 'old' WHERE name = $1 AND state = 'kept'`, [projection.name]);
  await transaction.query(`UPDATE projection.build SET state = $2 WHERE name = $1 AND state = 'live'`, [projection.name, next.keeps_former ? 'kept' : 'old']);
  await transaction.query(`UPDATE projection.build SET state = 'live', switched_at = now() WHERE name = $1 AND build = $2`, [projection.name, build]);
  await replaceViews(transaction, projection, next.schema_name);
  await grantDashboard(transaction);
  return true;
}

interface Reached { readonly events: string; readonly position: string | null; readonly log_id: string | null }

/**
 * Holds the live build's checkpoint, which stops its writer, until the other has come as far in the log, by its position
 * or by the events that it has counted: of a checkpoint that somebody edited one of them is never reached. Where the live
 * one was made from another log, neither says anything about this one.
 */
async function drawsLevel(transaction: Transaction, name: string, build: number): Promise<boolean> {
  const [live] = await transaction.query<Reached>(
    `SELECT c.events::text AS events, c.position::text AS position, c.log_id FROM projection.checkpoint c JOIN projection.build b USING (name, build) WHERE c.name = $1 AND b.state = 'live' FOR UPDATE OF c`, [name]);
  for (let waited = 0; waited <= LEVEL_WITHIN_MS; waited += LEVEL_POLL_MS) {
    const [next] = await transaction.query<Reached>('SELECT events::text AS events, position::text AS position, log_id FROM projection.checkpoint WHERE name = $1 AND build = $2', [name, build]);
    if (live?.log_id && next?.log_id && live.log_id !== next.log_id) return true;
    if (BigInt(next?.events ?? 0) >= BigInt(live?.events ?? 0) || BigInt(next?.position ?? -1) >= BigInt(live?.position ?? -1)) return true;
    await sleep(LEVEL_POLL_MS);
  }
  return false;
}

