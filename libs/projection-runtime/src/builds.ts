import type { DataSource } from 'typeorm';
import type { SqlRunner } from './database.js';
import { inTransaction } from './database.js';
import { leaveAlone } from './finish-build.js';
import type { Projection, Transaction } from './projection.js';
import { ensureRegistry, grantDashboard, lockSchemaChanges } from './registry-schema.js';
import type { Stoppage } from './poison-event.js';

/**
 * `asked`: somebody wants it, it has no tables yet. `building`: filled beside the live one. `live`: what the views show.
 * `kept`: was live, stays for a return. `old`: was live, is dropped as soon as nothing uses it.
 */
export type BuildState = 'asked' | 'building' | 'live' | 'kept' | 'old';

/** One build of a projection as the registry knows it. Positions are commit positions; `events` counts the log up to there. */
export interface Build {
  readonly name: string;
  readonly build: number;
  readonly version: number;
  readonly state: BuildState;
  /** Whether the build that it takes the place of is kept. */
  readonly keepsFormer: boolean;
  /** Whether its tables have all their indexes: it gets them when it has caught up for the first time. */
  readonly isFinished: boolean;
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
  /** How long ago its writer told that it is there, in milliseconds by Postgres' clock, which also took down when; undefined where none ever did. */
  readonly heartbeatAgeMs: number | undefined;
  readonly caughtUp: boolean;
}

const BUILDS = `SELECT b.name, b.build, b.version, b.state, b.keeps_former, b.is_finished, b.schema_name, b.stoppage, b.hindrance, b.writer, b.caught_up,
  (extract(epoch FROM clock_timestamp() - b.heartbeat_at) * 1000)::float8 AS heartbeat_age_ms, c.position::text AS position, c.log_id, c.events::text AS events,
  to_char(c.event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS event_time
  FROM projection.build b JOIN projection.checkpoint c USING (name, build) ORDER BY b.name, b.build`;

interface BuildRow {
  name: string; build: number; version: number; state: BuildState; keeps_former: boolean; is_finished: boolean; schema_name: string; stoppage: Stoppage | null; hindrance: string | null;
  writer: string | null; caught_up: boolean; heartbeat_age_ms: number | null; position: string | null; log_id: string | null; events: string; event_time: string | null;
}

/** Every build there is; also what health and lag are read from. */
export async function readBuilds(database: SqlRunner): Promise<Build[]> {
  const rows = (await database.query(BUILDS)) as BuildRow[];
  return rows.map((row) => ({
    name: row.name, build: row.build, version: row.version, state: row.state, keepsFormer: row.keeps_former, isFinished: row.is_finished, schema: row.schema_name,
    position: row.position === null ? undefined : BigInt(row.position), logId: row.log_id ?? undefined, eventTime: row.event_time ?? undefined,
    events: BigInt(row.events), stoppage: row.stoppage ?? undefined, hindrance: row.hindrance ?? undefined, writer: row.writer ?? undefined,
    heartbeatAgeMs: row.heartbeat_age_ms ?? undefined, caughtUp: row.caught_up,
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
  else if (live.version === projection.version - 1) await makeViews(transaction, 'read', projection.newViewsOverFormer?.(live.schema_name));
  const isUnderWay = builds.some((build) => build.state === 'asked' || (build.state === 'building' && build.version === projection.version));
  if (live.version < projection.version && !isUnderWay) await addBuild(transaction, projection, 'building');
}

/** A new, empty build; answers its schema. The caller holds the lock on schema changes. */
async function addBuild(transaction: Transaction, projection: Projection, state: BuildState): Promise<string> {
  const { schema } = await enterBuild(transaction, projection.name, projection.version, state);
  await makeTables(transaction, projection, schema);
  return schema;
}

/** Puts a build into the registry under the next number, without tables. The caller holds the lock on schema changes. */
export async function enterBuild(transaction: Transaction, name: string, version: number, state: BuildState): Promise<{ readonly build: number; readonly schema: string }> {
  const [next] = await transaction.query<{ build: number }>('SELECT coalesce(max(build), 0) + 1 AS build FROM projection.build WHERE name = $1', [name]);
  const build = next?.build ?? 1;
  const schema = `p_${name.replaceAll('-', '_')}_${build}`;
  await transaction.query('INSERT INTO projection.build (name, build, version, state, schema_name, is_finished) VALUES ($1, $2, $3, $4, $5, false)', [name, build, version, state, schema]);
  await transaction.query('INSERT INTO projection.checkpoint (name, build) VALUES ($1, $2)', [name, build]);
  return { build, schema };
}

/** The indexes come when it is full. */
async function makeTables(transaction: Transaction, projection: Projection, schema: string): Promise<void> {
  await transaction.query(`CREATE SCHEMA ${schema}`);
  for (const statement of projection.tables(schema)) await transaction.query(statement);
  await leaveAlone(transaction, schema);
}

/** Makes the tables of the builds that were asked for; from then on they are filled. */
export async function makeAskedBuilds(database: DataSource, asked: readonly Build[], projections: readonly Projection[]): Promise<void> {
  for (const { name, build, schema } of asked) {
    const projection = projections.find((one) => one.name === name);
    if (!projection) continue;
    await inTransaction(database, async (transaction) => {
      await lockSchemaChanges(transaction);
      const taken = await transaction.query(`UPDATE projection.build SET state = 'building', version = $3 WHERE name = $1 AND build = $2 AND state = 'asked' RETURNING build`, [name, build, projection.version]);
      if (taken.length > 0) await makeTables(transaction, projection, schema);
    });
  }
}

/** Leaves the views that exist alone: replacing one would wait for every reader of it. */
async function createMissingViews(transaction: Transaction, projection: Projection, schema: string): Promise<void> {
  const names = [...Object.keys(projection.views(schema)).map((name) => `read.${name}`), ...Object.keys(projection.sealedViews?.(schema) ?? {}).map((name) => `sealed.${name}`)];
  const missing = await transaction.query('SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL', [names]);
  if (missing.length > 0) await replaceViews(transaction, projection, schema);
}

export async function replaceViews(transaction: Transaction, projection: Projection, schema: string): Promise<void> {
  await makeViews(transaction, 'read', projection.views(schema));
  await makeViews(transaction, 'sealed', projection.sealedViews?.(schema));
}

async function makeViews(transaction: Transaction, place: 'read' | 'sealed', views: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [name, select] of Object.entries(views)) await transaction.query(`CREATE OR REPLACE VIEW ${place}.${name} AS ${select}`);
}
