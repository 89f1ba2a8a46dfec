import { BETWEEN, firstCells, textOf } from '../cells.js';
import type { Differences } from '../differences.js';
import type { ExpectedRow } from '../log/expected-row.js';
import type { TableShape } from '../tables.js';
import type { FoundRows } from './found-rows.js';
import { rowDiffers, rowMissing, rowUnexpected } from './row-differences.js';

export interface KeyedComparison {
  readonly differences: Differences;
  /** Told of every row that was found, cell by cell, in the order of the table's columns. */
  readonly onFound: ((cells: readonly string[]) => void) | undefined;
  readonly onRow: () => void;
}

/** Holds the rows of one table against the expected ones of that table; both come in the order of their keys. */
export async function compareKeyed(shape: TableShape, found: FoundRows, expected: AsyncIterable<ExpectedRow>, { differences, onFound, onRow }: KeyedComparison): Promise<void> {
  const step = (text: string): void => {
    onFound?.(text.split(BETWEEN));
    onRow();
    found.step();
  };
  for await (const row of expected) {
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
    if (next === text) {
      step(next);
      continue;
    }
    if (next === undefined || firstCells(next, shape.ordered) !== key) {
      differences.add(rowMissing(shape, text, place));
      continue;
    }
    differences.add(rowDiffers(shape, next, text, place));
    step(next);
  }
  for (await found.fill(); found.next !== undefined; await found.fill()) {
    differences.add(rowUnexpected(shape, found.next));
    step(found.next);
  }
}
