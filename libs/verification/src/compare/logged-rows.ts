import { BETWEEN, firstCells, type Cell } from '../cells.js';
import type { Differences, EventPlace } from '../differences.js';
import type { LogRows, Occurrence } from '../expect/read-model-fold.js';
import { shapeOf, type TableName, type TableShape } from '../tables.js';
import { CopiedRows } from './copied-rows.js';
import type { FoundRows } from './found-rows.js';
import { rowDiffers, rowMissing, rowUnexpected } from './row-differences.js';

/** So many expected rows are gathered before they are compared, all that are of one table at once. */
const ROWS_AT_ONCE = 2_000;

/** What events say of one table and was not compared yet, in the log's order. */
interface Expected { readonly shape: TableShape; readonly found: FoundRows; readonly rows: CopiedRows; readonly places: EventPlace[] }

/** Holds the rows of tables that follow the log against what the events say, side by side: little is kept of either. */
export class LoggedRows implements LogRows {
  private readonly tables = new Map<TableName, Expected>();
  private waiting = 0;
  /** How many rows were compared. */
  rows = 0;

  constructor(private readonly differences: Differences) {}

  open(table: TableName, found: FoundRows): void {
    this.tables.set(table, { shape: shapeOf(table), found, rows: new CopiedRows(), places: [] });
  }

  expect(table: TableName, cells: readonly Cell[], { place }: Occurrence): void {
    const expected = this.tables.get(table);
    if (!expected) return;
    expected.rows.add(cells);
    expected.places.push(place);
    this.waiting += 1;
  }

  /** Whether `compare` should be called before more is expected. */
  get isFull(): boolean { return this.waiting >= ROWS_AT_ONCE; }

  async compare(): Promise<void> {
    for (const table of this.tables.values()) {
      if (table.rows.count === 0) continue;
      await this.compareRows(table);
      table.rows.clear();
      table.places.length = 0;
    }
    this.rows += this.waiting;
    this.waiting = 0;
  }

  private async compareRows({ shape, found, rows, places }: Expected): Promise<void> {
    if (found.left < rows.count) await found.fill(rows.count - 1);
    if (rows.copied && found.stepOver(rows.count, rows.copied)) return;
    for (const [at, place] of places.entries()) await this.compareRow(shape, found, rows.text(at), place);
  }

  private async compareRow(shape: TableShape, found: FoundRows, expected: string, place: EventPlace): Promise<void> {
    if (found.left === 0) await found.fill();
    if (found.next === expected) return found.step();
    const wanted = orderOf(expected, shape.ordered);
    while (found.next !== undefined && isBefore(orderOf(found.next, shape.ordered), wanted)) {
      this.differences.add(rowUnexpected(shape, found.next));
      found.step();
      await found.fill();
    }
    const next = found.next;
    if (next === undefined || isBefore(wanted, orderOf(next, shape.ordered))) return this.differences.add(rowMissing(shape, expected, place));
    if (next !== expected) this.differences.add(rowDiffers(shape, next, expected, place));
    found.step();
  }

  /** Lets the rest of the tables go by. */
  abandon(): void {
    for (const { found } of this.tables.values()) found.abandon();
  }

  /** After the last event: whatever rows are left belong to none. */
  async finish(): Promise<void> {
    await this.compare();
    for (const { shape, found } of this.tables.values()) {
      for (await found.fill(); found.next !== undefined; await found.fill()) {
        this.differences.add(rowUnexpected(shape, found.next));
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
