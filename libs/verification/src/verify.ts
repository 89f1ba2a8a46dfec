import type { EventStore } from '@ledger/event-store';
import { Checkpoints } from './compare/checkpoints.js';
import { FoundRows, type SqlSession } from './compare/found-rows.js';
import { compareKeyed } from './compare/keyed-rows.js';
import { beginOnLiveTables, comparableTables, readTypes, type ComparableTable, type LiveModel } from './compare/live-tables.js';
import { LoggedRows } from './compare/logged-rows.js';
import { Differences } from './differences.js';
import { LedgerFold } from './fold.js';
import { journalAgainstBalances } from './invariants/journal-and-balances.js';
import { TableInvariants } from './invariants/table-invariants.js';
import type { ExpectedRow } from './log/expectations.js';
import { RowsByTable } from './log/rows-by-table.js';
import { finishedPersons, type NameHashes } from './people.js';
import { shapeOf, type TableName } from './tables.js';
import type { Verdict, VerificationProgress } from './verdict.js';

export interface Verification {
  readonly store: EventStore;
  /** A connection of its own: a transaction stays open on it while the log is read. */
  readonly session: SqlSession;
  readonly nameHashes: NameHashes;
  /** So many differences are kept; the rest is counted. */
  readonly keepDifferences: number;
  readonly onProgress: (progress: VerificationProgress) => void;
}

const TELL_EVERY = 500;

/**
 * Folds the whole log afresh and compares every row of every read model with it, each at its own position, and what rows
 * and log must hold to among themselves. Changes nothing; memory stays bounded whatever the log's length, temporary
 * files hold the rest. Throws StoreUnavailable, and where Postgres is away.
 */
export async function verify(verification: Verification): Promise<Verdict> {
  const { session, keepDifferences } = verification;
  const differences = new Differences(keepDifferences);
  const models = await beginOnLiveTables(session);
  try {
    return await verifyOn(models, differences, verification);
  } finally {
    await session.query('ROLLBACK');
  }
}

async function verifyOn(models: readonly LiveModel[], differences: Differences, verification: Verification): Promise<Verdict> {
  const { session } = verification;
  const tables = comparableTables(models, await readTypes(session, models), differences);
  const logged = new LoggedRows(differences);
  for (const { name, model, types } of tables) {
    const shape = shapeOf(name);
    if (shape.order === 'log') logged.open(name, FoundRows.of(session, shape, model.schema, types));
  }
  const fold = new LedgerFold(logged, differences, (projection) => models.find(({ name }) => name === projection)?.position);
  try {
    const { events, beyond } = await foldLog(fold, logged, models, differences, verification);
    const rows = await compareTables(fold, tables, differences, verification, logged.rows);
    if (haveSamePosition(models, 'journal', 'fund-balances')) await journalAgainstBalances(session, models, fold.directory, differences);
    return { differences: differences.kept, count: differences.count, events, rows, beyond, models: models.map(({ name, position }) => ({ name, position })) };
  } finally {
    fold.close();
  }
}

/** Reads the log as far as the read model that has come furthest; `beyond` is how many events come after. */
async function foldLog(fold: LedgerFold, logged: LoggedRows, models: readonly LiveModel[], differences: Differences, { store, onProgress }: Verification): Promise<{ events: number; beyond: number }> {
  const logId = await store.logId();
  const until = models.reduce((most, { position }) => (position !== undefined && position > most ? position : most), -1n);
  const total = Number(models.reduce((most, { events }) => (events > most ? events : most), 0n));
  const checkpoints = new Checkpoints(models, differences);
  let events = 0;
  let beyond = 0;
  for await (const recorded of store.readAll()) {
    if (recorded.position > until) { beyond += 1; continue; }
    if (!logged.isReady) await logged.makeReady();
    checkpoints.note(recorded.position, recorded.metadata.recordedAt);
    fold.take(recorded);
    events += 1;
    if (events % TELL_EVERY === 0) onProgress({ phase: 'log', done: events, total });
  }
  onProgress({ phase: 'log', done: events, total: events });
  await logged.finish();
  await checkpoints.finish(logId, (position) => store.holds(position));
  fold.finish();
  return { events, beyond };
}

/** Answers how many rows were compared, those that follow the log included. */
async function compareTables(fold: LedgerFold, tables: readonly ComparableTable[], differences: Differences, verification: Verification, rowsSoFar: number): Promise<number> {
  const { session, onProgress } = verification;
  const invariants = new TableInvariants(fold.directory, differences);
  const expected = new RowsByTable(fold.keyed.sorted());
  let rows = rowsSoFar;
  const comparison = {
    differences, isWatched: (table: TableName) => invariants.isWatched(table), onFound: (table: TableName, cells: readonly string[]) => invariants.found(table, cells),
    onRows: (count: number) => {
      rows += count;
      if (rows % TELL_EVERY === 0) onProgress({ phase: 'rows', done: rows, total: undefined });
    },
  };
  for (const { name, model, types } of tables) {
    const shape = shapeOf(name);
    if (shape.order !== 'key') continue;
    await compareKeyed(name, FoundRows.of(session, shape, model.schema, types), completed(name, expected.of(name), fold, verification), comparison);
  }
  for await (const row of expected.of('transferOfLog')) fold.invariants.transfer(row);
  for await (const row of expected.of('scholarshipOfLog')) fold.invariants.scholarship(row);
  invariants.finish(fold.invariants.inTransit, fold.invariants.committed);
  onProgress({ phase: 'rows', done: rows, total: rows });
  return rows;
}

/** Puts in what became known after the event that makes the row. */
function completed(table: TableName, rows: AsyncIterable<ExpectedRow>, fold: LedgerFold, { nameHashes }: Verification): AsyncIterable<ExpectedRow> {
  switch (table) {
    case 'donor': case 'beneficiary': return finishedPersons(rows, fold.registry.erased, nameHashes);
    case 'pledge': return mapped(rows, (row) => {
      const cancelled = fold.registry.cancelled.get(row.key);
      return cancelled ? { ...row, cells: [...row.cells.slice(0, -1), cancelled.day], place: cancelled.place } : row;
    });
    case 'promise': return mapped(rows, (row) => {
      const cancelled = fold.pledges.cancelled.get(row.key);
      return cancelled ? { ...row, cells: [...row.cells.slice(0, -2), cancelled.day, cancelled.position], place: cancelled.place } : row;
    });
    default: return rows;
  }
}

async function* mapped(rows: AsyncIterable<ExpectedRow>, change: (row: ExpectedRow) => ExpectedRow): AsyncGenerator<ExpectedRow> {
  for await (const row of rows) yield change(row);
}

function haveSamePosition(models: readonly LiveModel[], ...names: readonly string[]): boolean {
  const positions = names.map((name) => models.find((model) => model.name === name)?.position);
  return positions.every((position) => position !== undefined && position === positions[0]);
}
