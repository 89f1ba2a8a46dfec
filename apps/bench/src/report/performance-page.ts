import type { Figure } from './figures.js';

export const TABLE_STARTS = '<!-- figures: written by npm run bench -->';
export const TABLE_ENDS = '<!-- end of figures -->';
const NOT_MEASURED = '–';
const LABELS = ['figure', 'aim'];

interface Row { readonly name: string; aim: string; readonly cells: Map<string, string> }

/** A column of the table: how many movements the ledger held. */
export function columnName(movements: number): string {
  if (movements === 0) return 'empty';
  if (movements % 1_000_000 === 0) return `${movements / 1_000_000} M`;
  return movements % 1_000 === 0 ? `${movements / 1_000} k` : String(movements);
}

/**
 * The page with new figures in its table: cells measured now take the place of older ones, all others stay. The rest
 * of the page is written by people. Throws where the markers are missing.
 */
export function withFigures(page: string, machine: string, measured: ReadonlyMap<number, readonly Figure[]>): string {
  const [start, end] = [page.indexOf(TABLE_STARTS), page.indexOf(TABLE_ENDS)];
  if (start < 0 || end < start) throw new Error(`docs/performance.md has lost its markers ${TABLE_STARTS} and ${TABLE_ENDS}`);
  const { rows, columns } = tableIn(page.slice(start, end));
  for (const [movements, figures] of measured) {
    const column = columnName(movements);
    if (!columns.includes(column)) columns.push(column);
    for (const { row: name, aim, value } of figures) {
      let row = rows.find((one) => one.name === name);
      if (!row) rows.push((row = { name, aim: '', cells: new Map() }));
      row.aim = aim ?? '';
      row.cells.set(column, value);
    }
  }
  columns.sort((a, b) => movementsOf(a) - movementsOf(b));
  const lines = [
    TABLE_STARTS, machine, '',
    line([...LABELS, ...columns]), line(['---', '---', ...columns.map(() => '---:')]),
    ...rows.map(({ name, aim, cells }) => line([name, aim, ...columns.map((column) => cells.get(column) ?? NOT_MEASURED)])),
  ];
  return `${page.slice(0, start)}${lines.join('\n')}\n${page.slice(end)}`;
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function tableIn(text: string): { readonly rows: Row[]; readonly columns: string[] } {
  const [head, , ...body] = text.split('\n').filter((one) => one.startsWith('|')).map((one) => one.slice(1, -1).split('|').map((cell) => cell.trim()));
  const columns = head?.slice(LABELS.length) ?? [];
  const rows = body.map(([name = '', aim = '', ...cells]): Row => {
    const measured = columns.map((column, at): [string, string] => [column, cells[at] ?? NOT_MEASURED]).filter(([, cell]) => cell !== NOT_MEASURED);
    return { name, aim, cells: new Map(measured) };
  });
  return { rows, columns };
}

function movementsOf(column: string): number {
  if (column === 'empty') return 0;
  const [, number = '0', unit] = /^(\d+)(?: ([kM]))?$/.exec(column) ?? [];
  return Number(number) * (unit === 'M' ? 1_000_000 : unit === 'k' ? 1_000 : 1);
}
