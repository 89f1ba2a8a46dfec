import type { DataSource } from 'typeorm';
import { enterBuild } from './builds.js';
import type { BuildState } from './builds.js';
import { inTransaction } from './database.js';
import type { Transaction } from './projection.js';
import { lockSchemaChanges, tellProjectors } from './registry-schema.js';

export type RebuildAnswer =
  /** The projector fills this build and makes it live. `joined`: it was under way already. */
  | { readonly kind: 'under_way'; readonly build: number; readonly joined: boolean }
  | { readonly kind: 'no_such_projection' };

export type ReturnAnswer =
  | { readonly kind: 'under_way'; readonly build: number }
  | { readonly kind: 'no_such_projection' }
  | { readonly kind: 'nothing_kept' }
  | { readonly kind: 'rebuild_under_way'; readonly build: number }
  /** The kept build was made by another version of the program than the one that would have to write it. */
  | { readonly kind: 'other_version'; readonly build: number; readonly keptVersion: number; readonly liveVersion: number };

interface BuildRow { readonly build: number; readonly version: number; readonly state: BuildState; readonly is_stopped: boolean }

/** Asks the projector to build the projection anew beside the live build. With `keepFormer` the live build then stays for a return. */
export async function askForRebuild(database: DataSource, name: string, keepFormer: boolean): Promise<RebuildAnswer> {
  return inTransaction(database, async (transaction) => {
    const builds = await buildsOf(transaction, name);
    const live = builds.find(({ state }) => state === 'live');
    if (!live) return { kind: 'no_such_projection' };
    const underWay = builds.filter(({ state }) => state === 'asked' || state === 'building');
    const joined = underWay.find(({ is_stopped }) => !is_stopped);
    if (joined) {
      if (keepFormer) await transaction.query('UPDATE projection.build SET keeps_former = true WHERE name = $1 AND build = $2', [name, joined.build]);
      return { kind: 'under_way', build: joined.build, joined: true };
    }
    // One that an event stopped would stop there again: what is asked for now is another attempt from the beginning.
    await transaction.query(`UPDATE projection.build SET state = 'old' WHERE name = $1 AND build = ANY($2)`, [name, underWay.map(({ build }) => build)]);
    const { build } = await enterBuild(transaction, name, live.version, 'asked');
    if (keepFormer) await transaction.query('UPDATE projection.build SET keeps_former = true WHERE name = $1 AND build = $2', [name, build]);
    await tellProjectors(transaction);
    return { kind: 'under_way', build, joined: false };
  });
}

/** Asks the projector to bring the kept build up to date and make it live again. With `keepFormer` the one it replaces is kept in turn. */
export async function askForReturn(database: DataSource, name: string, keepFormer: boolean): Promise<ReturnAnswer> {
  return inTransaction(database, async (transaction) => {
    const builds = await buildsOf(transaction, name);
    const live = builds.find(({ state }) => state === 'live');
    if (!live) return { kind: 'no_such_projection' };
    const underWay = builds.find(({ state }) => state === 'asked' || state === 'building');
    if (underWay) return { kind: 'rebuild_under_way', build: underWay.build };
    const kept = builds.find(({ state }) => state === 'kept');
    if (!kept) return { kind: 'nothing_kept' };
    if (kept.version !== live.version) return { kind: 'other_version', build: kept.build, keptVersion: kept.version, liveVersion: live.version };
    await transaction.query(`UPDATE projection.build SET state = 'building', caught_up = false, keeps_former = $3 WHERE name = $1 AND build = $2`, [name, kept.build, keepFormer]);
    await tellProjectors(transaction);
    return { kind: 'under_way', build: kept.build };
  });
}

async function buildsOf(transaction: Transaction, name: string): Promise<BuildRow[]> {
  await lockSchemaChanges(transaction);
  return transaction.query<BuildRow>('SELECT build, version, state, stoppage IS NOT NULL AS is_stopped FROM projection.build WHERE name = $1 ORDER BY build DESC', [name]);
}
