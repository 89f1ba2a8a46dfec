import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { SqlRunner } from './database.js';
import { inTransaction } from './database.js';
import type { Projection, Transaction } from './projection.js';
import { ensureRegistry, grantDashboard, lockSchemaChanges } from './registry-schema.js';
import type { Stoppage } from './poison-event.js';

export type BuildState = 'building' | 'live' | 'old';

/** One build of a projection as the registry knows it. Positions are commit positions; `events` counts the log up to there. */
export interface Build {
  readonly name: string;
  readonly build: number;
  readonly version: number;
  readonly state: BuildState;
  readonly schema: string;
  readonly position: bigint | undefined;
  readonly logId: string | undefined;
  readonly eventTime: string | undefined;
  readonly events: bigint;
  /** Set where an event (or a foreign log) stopped it. */
  readonly stoppage: Stoppage | undefined;
  /** What it is waiting out at the moment: Postgres or the store away. */
  readonly hindrance: string | undefined;
  readonly writer: string | undefined;
  readonly heartbeatAt: string | undefined;
  readonly caughtUp: boolean;
}

const BUILDS = `SELECT b.name, b.build, b.version, b.state, b.schema_name, b.stoppage, b.hindrance, b.writer, b.caught_up,
  b.heartbeat_at::text AS heartbeat_at, c.position::text AS position, c.log_id, c.events::text AS events,
  to_char(c.event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS event_time
  FROM projection.build b JOIN projection.checkpoint c USING (name, build) ORDER BY b.name, b.build`;

interface BuildRow {
  name: string; build: number; version: number; state: BuildState; schema_name: string; stoppage: Stoppage | null; hindrance: string | null;
  writer: string | null; caught_up: boolean; heartbeat_at: string | null; position: string | null; log_id: string | null; events: string; event_time: string | null;
}

/** Every build there is; also what health and lag are read from. */
export async function readBuilds(database: SqlRunner): Promise<Build[]> {
  const rows = (await database.query(BUILDS)) as BuildRow[];
  return rows.map((row) => ({
    name: row.name, build: row.build, version: row.version, state: row.state, schema: row.schema_name,
    position: row.position === null ? undefined : BigInt(row.position), logId: row.log_id ?? undefined, eventTime: row.event_time ?? undefined,
    events: BigInt(row.events), stoppage: row.stoppage ?? undefined, hindrance: row.hindrance ?? undefined, writer: row.writer ?? undefined,
    heartbeatAt: row.heartbeat_at ?? undefined, caughtUp: row.caught_up,
  }));
}

/**
 * Creates what is missing: the registry, a live build of each projection that has none, and, where the live build is of
 * an older version, a build beside it. Safe to run from several processes at once.
 * Throws where the database was made by a newer version of the program.
 */
export async function ensureProjections(database: DataSource, projections: readonly Projection[]): Promise<void> {
  await inTransaction(database, async (transaction) => {
    await lockSchemaChanges(transaction);
    await ensureRegistry(transaction);
    for (const projection of projections) await ensureBuild(transaction, projection);
    await grantDashboard(transaction);
  });
}

async function ensureBuild(transaction: Transaction, projection: Projection): Promise<void> {
  const builds = await transaction.query<{ build: number; version: number; state: BuildState; schema_name: string }>(
    'SELECT build, version, state, schema_name FROM projection.build WHERE name = $1 ORDER BY build', [projection.name]);
  const live = builds.find((build) => build.state === 'live');
  if (live && live.version > projection.version)
    throw new Error(`the tables of ${projection.name} are of version ${live.version}, this program knows ${projection.version}: a newer program made them`);
  if (!live) {
    const build = await addBuild(transaction, projection, 'live');
    return replaceViews(transaction, projection, build);
  }
  if (live.version === projection.version) await createMissingViews(transaction, projection, live.schema_name);
  const isBuiltAlready = builds.some((build) => build.state === 'building' && build.version === projection.version);
  if (live.version < projection.version && !isBuiltAlready) await addBuild(transaction, projection, 'building');
}

/** A new, empty build; answers its schema. The caller holds the lock on schema changes. */
async function addBuild(transaction: Transaction, projection: Projection, state: BuildState): Promise<string> {
  const [next] = await transaction.query<{ build: number }>('SELECT coalesce(max(build), 0) + 1 AS build FROM projection.build WHERE name = $1', [projection.name]);
  const build = next?.build ?? 1;
  const schema = `p_${projection.name.replaceAll('-', '_')}_${build}`;
  await transaction.query(`CREATE SCHEMA ${schema}`);
  for (const statement of projection.tables(schema)) await transaction.query(statement);
  await transaction.query('INSERT INTO projection.build (name, build, version, state, schema_name) VALUES ($1, $2, $3, $4, $5)',
    [projection.name, build, projection.version, state, schema]);
  await transaction.query('INSERT INTO projection.checkpoint (name, build) VALUES ($1, $2)', [projection.name, build]);
  return schema;
}

/** Starts another build of the projection beside the live one; the projector fills it. Answers its number. */
export async function startBuildBeside(database: DataSource, projection: Projection): Promise<number> {
  return inTransaction(database, async (transaction) => {
    await lockSchemaChanges(transaction);
    await addBuild(transaction, projection, 'building');
    const [row] = await transaction.query<{ build: number }>('SELECT max(build) AS build FROM projection.build WHERE name = $1', [projection.name]);
    return row?.build ?? 0;
  });
}

/** How long a switch holds the live build still, at the longest, for the new one to draw level. */
const LEVEL_WITHIN_MS = 500;
const LEVEL_POLL_MS = 5;

/**
 * Points the stable views at the given build, in one transaction with the registry: a query sees the old build or the
 * new one, whole, and never less of the log than before. Answers false, and changes nothing, where the new build does
 * not draw level in time: the caller tries again later.
 */
export async function switchBuild(database: DataSource, projection: Projection, build: number): Promise<boolean> {
  return inTransaction(database, async (transaction) => {
    await lockSchemaChanges(transaction);
    const [next] = await transaction.query<{ state: BuildState; schema_name: string }>(
      'SELECT state, schema_name FROM projection.build WHERE name = $1 AND build = $2', [projection.name, build]);
    if (!next) throw new Error(`there is no build ${build} of ${projection.name}`);
    if (next.state === 'live') return true;
    // A reader that takes long would make every later one wait behind the views' change: better to try again.
    await transaction.query(`SET LOCAL lock_timeout = '2s'`);
    if (!(await drawsLevel(transaction, projection.name, build))) return false;
    await transaction.query(`UPDATE projection.build SET state = 'old' WHERE name = $1 AND state = 'live'`, [projection.name]);
    await transaction.query(`UPDATE projection.build SET state = 'live', switched_at = now() WHERE name = $1 AND build = $2`, [projection.name, build]);
    await replaceViews(transaction, projection, next.schema_name);
    await grantDashboard(transaction);
    return true;
  });
}

/** Holds the live build's checkpoint, which stops its writer, until the other has counted as many events of the log. */
async function drawsLevel(transaction: Transaction, name: string, build: number): Promise<boolean> {
  const [live] = await transaction.query<{ events: string }>(
    `SELECT c.events::text AS events FROM projection.checkpoint c JOIN projection.build b USING (name, build) WHERE c.name = $1 AND b.state = 'live' FOR UPDATE OF c`, [name]);
  for (let waited = 0; waited <= LEVEL_WITHIN_MS; waited += LEVEL_POLL_MS) {
    const [next] = await transaction.query<{ events: string }>('SELECT events::text AS events FROM projection.checkpoint WHERE name = $1 AND build = $2', [name, build]);
    if (BigInt(next?.events ?? 0) >= BigInt(live?.events ?? 0)) return true;
    await sleep(LEVEL_POLL_MS);
  }
  return false;
}

/** Leaves the views that exist alone: replacing one would wait for every reader of it. */
async function createMissingViews(transaction: Transaction, projection: Projection, schema: string): Promise<void> {
  const names = [...Object.keys(projection.views(schema)).map((name) => `read.${name}`), ...Object.keys(projection.sealedViews?.(schema) ?? {}).map((name) => `sealed.${name}`)];
  const missing = await transaction.query('SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL', [names]);
  if (missing.length > 0) await replaceViews(transaction, projection, schema);
}

async function replaceViews(transaction: Transaction, projection: Projection, schema: string): Promise<void> {
  for (const [name, select] of Object.entries(projection.views(schema))) await transaction.query(`CREATE OR REPLACE VIEW read.${name} AS ${select}`);
  for (const [name, select] of Object.entries(projection.sealedViews?.(schema) ?? {})) await transaction.query(`CREATE OR REPLACE VIEW sealed.${name} AS ${select}`);
}
