import { FoundRows } from './compare/found-rows.js';
import { compareKeyed } from './compare/keyed-rows.js';
import type { ComparableTable } from './compare/live-tables.js';
import type { LoggedRows } from './compare/logged-rows.js';
import type { SqlSession } from './compare/sql-session.js';
import { pastRows, type PastRows } from './compare/past-rows.js';
import type { Differences } from './differences.js';
import type { LedgerFold } from './fold.js';
import type { TableInvariants } from './invariants/table-invariants.js';
import type { ExpectedRow } from './log/expected-row.js';
import { isOfPart } from './parts.js';
import { finishedPersons, type NameHashes } from './people.js';
import { TABLE_NAMES, shapeOf, type TableName } from './tables.js';
import type { VerificationProgress } from './verdict.js';

const TELL_EVERY = 500;
/** Tables that follow the log come all at once, each over a connection of its own; of the others so many are got ready ahead. */
const KEYED = 3;

/** How many connections verifying takes: one of PARTS, or everything at once. */
export function connectionsFor(part?: number): number {
  return TABLE_NAMES.map(shapeOf).filter(({ order, projection }) => order === 'log' && isOfPart(projection, part)).length + KEYED;
}

export interface TablesToRead {
  /** As many as `connectionsFor` says. */
  readonly sessions: readonly SqlSession[];
  readonly tables: readonly ComparableTable[];
}

export interface Comparison {
  readonly differences: Differences;
  readonly invariants: TableInvariants;
  readonly nameHashes: NameHashes;
  readonly onProgress: (progress: VerificationProgress) => void;
}

/** Gets the tables ready that follow the log: they are compared while it is folded. */
export function openLogged(logged: LoggedRows, { sessions, tables }: TablesToRead): void {
  let turn = 0;
  for (const { name, model } of tables) {
    const shape = shapeOf(name);
    if (shape.order !== 'log') continue;
    const past = model.isWhole || model.until === undefined ? undefined : pastRows(name, model.schema, model.until);
    const found = FoundRows.of(sessions[turn++]!, shape, model.schema, past?.source);
    found.begin();
    logged.open(name, found);
  }
}

/** A table whose rows are found by a key, and how it is compared. */
export interface KeyedTable {
  readonly name: TableName;
  readonly past: PastRows | undefined;
  /** Undefined where the table tells only of the present, and a past moment was asked about. */
  readonly found: FoundRows | undefined;
}

/** The first ones are brought in order while the log is folded. */
export function openKeyed({ sessions, tables }: TablesToRead): KeyedTable[] {
  const taken = sessions.slice(-KEYED);
  const keyed = tables.filter(({ name }) => shapeOf(name).order === 'key').map(({ name, model }, at) => {
    const isWhole = model.isWhole || model.until === undefined;
    const past = isWhole ? undefined : pastRows(name, model.schema, model.until);
    if (!isWhole && !past) return { name, past, found: undefined };
    const found = FoundRows.of(taken[at % taken.length]!, past?.shape ?? shapeOf(name), model.schema, past?.source);
    return { name, past, found };
  });
  for (const { found } of keyed.slice(0, KEYED)) found?.begin();
  return keyed;
}

/**
 * Compares the tables whose rows are found by a key with what was expected of them, and looks whether they add up. Of
 * a read model that has gone on past the moment in question only what tells of that moment is compared; there it is the
 * expected rows that must add up. Answers how many rows were compared, and what was left out.
 */
export async function compareTables(fold: LedgerFold, tables: readonly KeyedTable[], { differences, invariants, nameHashes, onProgress }: Comparison): Promise<{ rows: number; presentOnly: string[] }> {
  const presentOnly: string[] = [];
  let rows = 0;
  const onRows = (count: number): void => {
    const before = rows;
    rows += count;
    if (Math.floor(before / TELL_EVERY) !== Math.floor(rows / TELL_EVERY)) onProgress({ phase: 'rows', done: rows, total: Math.max(rows, fold.keyed.lines) });
  };
  for (const [at, { name, past, found }] of tables.entries()) {
    for (const { found: next } of tables.slice(at, at + KEYED)) next?.begin();
    const shape = shapeOf(name);
    const onFound = invariants.isWatched(name) ? (cells: readonly string[]) => invariants.found(name, cells) : undefined;
    const wanted = completed(name, fold.keyed.of(name), fold, nameHashes);
    const told = onFound && (past || !found) ? tellingOf(wanted, onFound) : wanted;
    if (!found) {
      presentOnly.push(`${shape.projection}.${shape.table}`);
      await drained(told);
    } else if (past) await compareKeyed(past.shape, found, past.expected(told), { differences, onFound: undefined, onRows });
    else await compareKeyed(shape, found, told, { differences, onFound, onRows });
  }
  for await (const row of fold.keyed.of('transferOfLog')) fold.invariants.transfer(row);
  for await (const row of fold.keyed.of('scholarshipOfLog')) fold.invariants.scholarship(row);
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
