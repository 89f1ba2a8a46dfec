import type { Differences } from '../differences.js';
import type { ScopedModel } from '../scope.js';
import { PROJECTIONS, TABLE_NAMES, shapeOf, type TableName } from '../tables.js';
import type { SqlSession } from './sql-session.js';

/** A read model as it is in use: where its tables are, and how much of the log they reflect. */
export interface LiveModel {
  readonly name: string;
  readonly build: number;
  readonly schema: string;
  /** Undefined where it has seen nothing yet. */
  readonly position: bigint | undefined;
  readonly logId: string | undefined;
  readonly eventTime: string | undefined;
  readonly events: bigint;
}

const LIVE = `SELECT b.name, b.build, b.schema_name AS schema, c.position::text AS position, c.log_id, c.events::text AS events,
  to_char(c.event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS event_time
  FROM projection.build b JOIN projection.checkpoint c USING (name, build) WHERE b.state = 'live' ORDER BY b.name`;
interface LiveRow { name: string; build: number; schema: string; position: string | null; log_id: string | null; events: string; event_time: string | null }

/** Says of a read model whether it is verified here. */
export type Wanted = (projection: string) => boolean;

const ATTEMPTS = 20;
/** Of each table that is brought in order; some twenty at a time. */
const WORK_MEMORY = '16MB';

/**
 * Begins a transaction on each session; all see one state of every table, and keep the tables from being dropped while
 * they last. The caller ends them. Readers and writers are not held up.
 */
export async function beginOnLiveTables(sessions: readonly SqlSession[], isWanted: Wanted): Promise<LiveModel[]> {
  const [first, ...others] = sessions;
  if (!first) throw new Error('verifying needs a connection');
  const live = await beginOn(first, isWanted);
  const [shared] = others.length === 0 ? [] : ((await first.query('SELECT pg_export_snapshot() AS snapshot')) as { snapshot: string }[]);
  for (const session of others) {
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await session.query(`SET TRANSACTION SNAPSHOT '${shared?.snapshot}'`);
    await prepare(session);
  }
  return live;
}

async function prepare(session: SqlSession): Promise<void> {
  await session.query(`SET LOCAL work_mem = '${WORK_MEMORY}'`);
  await session.query('SET LOCAL statement_timeout = 0');
  // As the expected rows write days and instants.
  await session.query(`SET LOCAL timezone = 'UTC'`);
  await session.query(`SET LOCAL datestyle = 'ISO, YMD'`);
}

async function beginOn(session: SqlSession, isWanted: Wanted): Promise<LiveModel[]> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await readLive(session, isWanted);
    const names = [...(await readTypes(session, before)).keys()];
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    // What the transaction sees is settled by its first statement that reads, which a lock is not: so the locks come first.
    if (await areLocked(session, names)) {
      await prepare(session);
      const live = await readLive(session, isWanted);
      if (live.length === before.length && live.every(({ schema }, place) => schema === before[place]?.schema)) return live;
    }
    await session.query('ROLLBACK');
  }
  throw new Error('the read models are rebuilt faster than they can be looked at');
}

const UNDEFINED_TABLE = new Set(['42P01', '3F000']);

/** False where a table was dropped since: another build has taken its place. */
async function areLocked(session: SqlSession, tables: readonly string[]): Promise<boolean> {
  if (tables.length === 0) return true;
  try {
    await session.query(`LOCK TABLE ${tables.join(', ')} IN ACCESS SHARE MODE`);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && UNDEFINED_TABLE.has(String(error.code))) return false;
    throw error;
  }
}

async function readLive(session: SqlSession, isWanted: Wanted): Promise<LiveModel[]> {
  const rows = ((await session.query(LIVE)) as LiveRow[]).filter(({ name }) => isWanted(name));
  return rows.map((row) => ({
    name: row.name, build: row.build, schema: row.schema, position: row.position === null ? undefined : BigInt(row.position),
    logId: row.log_id ?? undefined, eventTime: row.event_time ?? undefined, events: BigInt(row.events),
  }));
}

const COLUMNS = `SELECT n.nspname || '.' || c.relname AS name, a.attname AS column, format_type(a.atttypid, NULL) AS type
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') ORDER BY 1, a.attnum`;

/** Of every table of the models (`schema.table`): column → type. */
export async function readTypes(session: SqlSession, models: readonly LiveModel[]): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const rows = (await session.query(COLUMNS, [models.map(({ schema }) => schema)])) as { name: string; column: string; type: string }[];
  const types = new Map<string, Map<string, string>>();
  for (const { name, column, type } of rows) {
    const columns = types.get(name) ?? new Map<string, string>();
    types.set(name, columns.set(column, type));
  }
  return types;
}

/** A table that can be compared: it is there, and it has the columns that it should have. */
export interface ComparableTable { readonly name: TableName; readonly model: ScopedModel }

/** The tables to compare; says which are missing, changed, or nobody's. */
export function comparableTables(models: readonly ScopedModel[], types: ReadonlyMap<string, ReadonlyMap<string, string>>, isWanted: Wanted, differences: Differences): ComparableTable[] {
  const wrong = (projection: string, sentence: string, table?: string): void => differences.add({ kind: 'table', projection, sentence, ...(table === undefined ? {} : { table }) });
  const known = new Set<string>();
  const comparable: ComparableTable[] = [];
  for (const name of TABLE_NAMES) {
    const { projection, table, columns } = shapeOf(name);
    const model = models.find((one) => one.name === projection);
    if (!model) continue;
    const place = `${model.schema}.${table}`;
    known.add(place);
    const found = types.get(place);
    const missing = columns.filter((column) => !found?.has(column));
    const foreign = [...(found?.keys() ?? [])].filter((column) => !columns.includes(column));
    if (!found) wrong(projection, 'the table is not there', table);
    else if (missing.length + foreign.length > 0) wrong(projection, `its columns are not those that can be verified: ${[...missing.map((one) => `${one} is missing`), ...foreign.map((one) => `${one} is not known`)].join(', ')}`, table);
    else comparable.push({ name, model });
  }
  for (const place of types.keys()) if (!known.has(place)) wrong(models.find(({ schema }) => place.startsWith(`${schema}.`))?.name ?? '', `${place} is a table that cannot be verified`);
  for (const projection of PROJECTIONS) if (isWanted(projection) && !models.some(({ name }) => name === projection)) wrong(projection, 'there is no such read model');
  return comparable;
}
