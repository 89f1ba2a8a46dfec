import { BETWEEN, firstCells, textOf, type Cell } from '../cells.js';
import type { Differences } from '../differences.js';
import type { LogRows, Occurrence } from '../expect/read-model-fold.js';
import { shapeOf, type TableName } from '../tables.js';
import type { FoundRows } from './found-rows.js';
import { rowDiffers, rowMissing, rowUnexpected } from './row-differences.js';

/** An event makes at most so many rows in one table. */
const ROWS_OF_AN_EVENT = 16;

/** Holds the rows of tables that follow the log against what the events say, side by side: nothing is kept of either. */
export class LoggedRows implements LogRows {
  private readonly tables = new Map<TableName, FoundRows>();
  /** How many rows were compared. */
  rows = 0;

  constructor(private readonly differences: Differences) {}

  open(table: TableName, found: FoundRows): void {
    this.tables.set(table, found);
  }

  /** Before each event: reading rows takes time that an event does not wait for otherwise. */
  get isReady(): boolean {
    for (const found of this.tables.values()) if (found.left <= ROWS_OF_AN_EVENT && !found.isComplete) return false;
    return true;
  }

  async makeReady(): Promise<void> {
    for (const found of this.tables.values()) await found.fill(ROWS_OF_AN_EVENT);
  }

  expect(table: TableName, cells: readonly Cell[], { place }: Occurrence): void {
    const found = this.tables.get(table);
    if (!found) return;
    const shape = shapeOf(table);
    const expected = textOf(cells);
    this.rows += 1;
    if (found.next === expected) return found.step();
    const wanted = orderOf(expected, shape.ordered);
    while (found.next !== undefined && isBefore(orderOf(found.next, shape.ordered), wanted)) {
      this.differences.add(rowUnexpected(shape, found.next));
      found.step();
    }
    const next = found.next;
    if (next === undefined || isBefore(wanted, orderOf(next, shape.ordered))) return this.differences.add(rowMissing(shape, expected, place));
    if (next !== expected) this.differences.add(rowDiffers(shape, next, expected, place));
    found.step();
  }

  /** After the last event: whatever rows are left belong to none. */
  async finish(): Promise<void> {
    for (const [table, found] of this.tables) {
      for (await found.fill(); found.next !== undefined; await found.fill()) {
        this.differences.add(rowUnexpected(shapeOf(table), found.next));
        found.step();
      }
    }
  }
}

function orderOf(text: string, count: number): readonly bigint[] {
  return firstCells(text, count).split(BETWEEN).map(BigInt);
}

function isBefore(a: readonly bigint[], b: readonly bigint[]): boolean {
  for (const [place, value] of a.entries()) {
    const other = b[place] ?? 0n;
    if (value !== other) return value < other;
  }
  return false;
}
