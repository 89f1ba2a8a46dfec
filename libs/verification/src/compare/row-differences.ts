import { ABSENT, BETWEEN } from '../cells.js';
import type { ColumnDifference, EventAt, EventPlace, Noted } from '../differences.js';
import type { TableShape } from '../tables.js';

/** What a row is found by, of a row's text. */
function keyOf(shape: TableShape, cells: readonly string[]): Record<string, string> {
  // A row that follows the log is found by its event; whose it is says the column after that.
  const count = shape.order === 'log' ? shape.ordered + 1 : shape.ordered;
  return Object.fromEntries(shape.columns.slice(0, count).map((column, place) => [column, shown(cells[place])]));
}

export function shown(cell: string | undefined): string {
  return cell === undefined || cell === ABSENT ? '∅' : cell;
}

export function rowMissing(shape: TableShape, expected: string, event: EventPlace | EventAt): Noted {
  return { kind: 'row_missing', projection: shape.projection, table: shape.table, row: keyOf(shape, expected.split(BETWEEN)), event };
}

export function rowUnexpected(shape: TableShape, found: string): Noted {
  return { kind: 'row_unexpected', projection: shape.projection, table: shape.table, row: keyOf(shape, found.split(BETWEEN)) };
}

export function rowDiffers(shape: TableShape, found: string, expected: string, event: EventPlace | EventAt): Noted {
  const [foundCells, expectedCells] = [found.split(BETWEEN), expected.split(BETWEEN)];
  const columns = shape.columns.flatMap((column, place): ColumnDifference[] =>
    (foundCells[place] === expectedCells[place] ? [] : [{ column, found: shown(foundCells[place]), expected: shown(expectedCells[place]) }]));
  return { kind: 'row_differs', projection: shape.projection, table: shape.table, row: keyOf(shape, expectedCells), columns, event };
}
