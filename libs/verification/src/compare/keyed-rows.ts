import { BETWEEN, firstCells, textOf } from '../cells.js';
import type { Differences } from '../differences.js';
import type { ExpectedRow } from '../log/expected-row.js';
import type { TableShape } from '../tables.js';
import { CopiedRows } from './copied-rows.js';
import type { FoundRows } from './found-rows.js';
import { rowDiffers, rowMissing, rowUnexpected } from './row-differences.js';

export interface KeyedComparison {
  readonly differences: Differences;
  /** Told of every row that was found, cell by cell, in the order of the table's columns. */
  readonly onFound: ((cells: readonly string[]) => void) | undefined;
  readonly onRows: (count: number) => void;
}

/** So many expected rows are held against as many found ones at once. */
const ROWS_AT_ONCE = 500;

/** Holds the rows of one table against the expected ones of that table; both come in the order of their keys. */
export async function compareKeyed(shape: TableShape, found: FoundRows, expected: AsyncIterable<ExpectedRow>, { differences, onFound, onRows }: KeyedComparison): Promise<void> {
  const step = (text: string): void => {
    onFound?.(text.split(BETWEEN));
    onRows(1);
    found.step();
  };
  const compareRow = async (row: ExpectedRow): Promise<void> => {
    const { key, place, untold } = row;
    if (found.left === 0) await found.fill();
    while (found.next !== undefined && firstCells(found.next, shape.ordered) < key) {
      differences.add(rowUnexpected(shape, found.next));
      step(found.next);
      await found.fill();
    }
    const next = found.next;
    if (untold !== undefined) row.cells[untold] = next?.split(BETWEEN)[untold];
    const text = row.text ?? textOf(row.cells);
    if (next === text) return step(next);
    if (next === undefined || firstCells(next, shape.ordered) !== key) return differences.add(rowMissing(shape, text, place));
    differences.add(rowDiffers(shape, next, text, place));
    step(next);
  };
  const copied = new CopiedRows();
  for await (const page of inPages(expected)) {
    if (found.left < page.length) await found.fill(page.length - 1);
    copied.clear();
    for (const row of page) {
      if (row.untold !== undefined) break;
      const { text } = row;
      // Cells of sums are made only where somebody looks at them.
      if (text === undefined) copied.add(row.cells);
      else copied.addText(text);
    }
    if (copied.count === page.length && copied.copied && found.stepOver(page.length, copied.copied)) {
      if (onFound) for (const row of page) onFound((row.text ?? textOf(row.cells)).split(BETWEEN));
      onRows(page.length);
    } else for (const row of page) await compareRow(row);
  }
  for (await found.fill(); found.next !== undefined; await found.fill()) {
    differences.add(rowUnexpected(shape, found.next));
    step(found.next);
  }
}

async function* inPages(rows: AsyncIterable<ExpectedRow>): AsyncGenerator<ExpectedRow[]> {
  let page: ExpectedRow[] = [];
  for await (const row of rows) {
    if (page.push(row) < ROWS_AT_ONCE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
