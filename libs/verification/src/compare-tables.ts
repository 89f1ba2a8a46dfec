import { FoundRows, type SqlSession } from './compare/found-rows.js';
import { compareKeyed } from './compare/keyed-rows.js';
import type { ComparableTable } from './compare/live-tables.js';
import type { LoggedRows } from './compare/logged-rows.js';
import { pastRows } from './compare/past-rows.js';
import type { Differences } from './differences.js';
import type { LedgerFold } from './fold.js';
import type { TableInvariants } from './invariants/table-invariants.js';
import type { ExpectedRow } from './log/expectations.js';
import { RowsByTable } from './log/rows-by-table.js';
import { finishedPersons, type NameHashes } from './people.js';
import { shapeOf, type TableName } from './tables.js';
import type { VerificationProgress } from './verdict.js';

const TELL_EVERY = 500;

export interface TablesToCompare {
  readonly session: SqlSession;
  readonly tables: readonly ComparableTable[];
  readonly differences: Differences;
  readonly invariants: TableInvariants;
  readonly nameHashes: NameHashes;
  readonly onProgress: (progress: VerificationProgress) => void;
}

/** Gets the tables ready that follow the log: they are compared while it is folded. */
export function openLogged(logged: LoggedRows, { session, tables }: Pick<TablesToCompare, 'session' | 'tables'>): void {
  for (const { name, model } of tables) {
    const shape = shapeOf(name);
    if (shape.order !== 'log') continue;
    const past = model.isWhole || model.until === undefined ? undefined : pastRows(name, model.schema, model.until);
    logged.open(name, FoundRows.of(session, shape, model.schema, past?.source));
  }
}

/**
 * Compares the tables whose rows are found by a key with what was expected of them, and looks whether they add up. Of
 * a read model that has gone on past the moment in question only what tells of that moment is compared; there it is the
 * expected rows that must add up. Answers how many rows were compared, and what was left out.
 */
export async function compareTables(fold: LedgerFold, { session, tables, differences, invariants, nameHashes, onProgress }: TablesToCompare): Promise<{ rows: number; presentOnly: string[] }> {
  const expected = new RowsByTable(fold.keyed.sorted());
  const presentOnly: string[] = [];
  let rows = 0;
  const onRow = (): void => {
    rows += 1;
    if (rows % TELL_EVERY === 0) onProgress({ phase: 'rows', done: rows, total: Math.max(rows, fold.keyed.lines) });
  };
  for (const { name, model } of tables) {
    const shape = shapeOf(name);
    if (shape.order !== 'key') continue;
    const onFound = invariants.isWatched(name) ? (cells: readonly string[]) => invariants.found(name, cells) : undefined;
    const wanted = completed(name, expected.of(name), fold, nameHashes);
    if (model.isWhole || model.until === undefined) {
      await compareKeyed(shape, FoundRows.of(session, shape, model.schema), wanted, { differences, onFound, onRow });
      continue;
    }
    const told = onFound ? tellingOf(wanted, onFound) : wanted;
    const past = pastRows(name, model.schema, model.until);
    if (past) await compareKeyed(past.shape, FoundRows.of(session, past.shape, model.schema, past.source), past.expected(told), { differences, onFound: undefined, onRow });
    else {
      presentOnly.push(`${shape.projection}.${shape.table}`);
      await drained(told);
    }
  }
  for await (const row of expected.of('transferOfLog')) fold.invariants.transfer(row);
  for await (const row of expected.of('scholarshipOfLog')) fold.invariants.scholarship(row);
  invariants.finish(fold.invariants.inTransit, fold.invariants.committed);
  onProgress({ phase: 'rows', done: rows, total: rows });
  return { rows, presentOnly };
}

/** Puts in what became known after the event that makes the row. */
function completed(table: TableName, rows: AsyncIterable<ExpectedRow>, fold: LedgerFold, nameHashes: NameHashes): AsyncIterable<ExpectedRow> {
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

async function* tellingOf(rows: AsyncIterable<ExpectedRow>, tell: (cells: readonly string[]) => void): AsyncGenerator<ExpectedRow> {
  for await (const row of rows) {
    tell(row.cells.map(String));
    yield row;
  }
}

async function drained(rows: AsyncIterable<ExpectedRow>): Promise<void> {
  const reading = rows[Symbol.asyncIterator]();
  while (!(await reading.next()).done) continue;
}
