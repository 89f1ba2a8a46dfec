import type { Transaction } from './projection.js';

/** Column name → Postgres type. An array type (`uuid[]`) is taken from a JavaScript array. */
export type Columns = Readonly<Record<string, string>>;
export type Cell = string | bigint | number | boolean | null | undefined | readonly string[];

/** Adds many rows with one COPY, whatever their number: Postgres takes them in faster than in any other way. */
export async function insertRows(transaction: Transaction, table: string, columns: Columns, rows: readonly (readonly Cell[])[]): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  await transaction.copy(`${table} (${names.join(', ')})`, copyText(names.length, rows));
}

/** Adds many rows with one statement where some may be there already. `conflict` is what follows ON CONFLICT. */
export async function mergeRows(transaction: Transaction, table: string, columns: Columns, rows: readonly (readonly Cell[])[], conflict: string): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const source = unnested(columns);
  await transaction.query(`INSERT INTO ${table} (${names.join(', ')}) SELECT ${source.select} FROM ${source.from} ON CONFLICT ${conflict}`, columnArrays(names.length, rows));
}

/** `SELECT select FROM from` gives the rows whose column arrays are parameters `$first`, `$first + 1`, … */
export function unnested(columns: Columns, first = 1): { readonly select: string; readonly from: string } {
  const entries = Object.entries(columns);
  const arrays = entries.map(([, type], index) => `$${first + index}::${type.endsWith('[]') ? 'text' : type}[]`);
  const select = entries.map(([name, type]) => (type.endsWith('[]') ? `bulk.${name}::${type}` : `bulk.${name}`));
  return { select: select.join(', '), from: `unnest(${arrays.join(', ')}) AS bulk(${entries.map(([name]) => name).join(', ')})` };
}

/** One array in Postgres' notation for each column. */
export function columnArrays(width: number, rows: readonly (readonly Cell[])[]): string[] {
  // Millions of cells go through here. Joining them costs one string; adding them up one by one costs one each.
  const cells = new Array<string>(rows.length);
  return Array.from({ length: width }, (_, column) => {
    for (let place = 0; place < rows.length; place += 1) cells[place] = cellText(rows[place]?.[column]);
    return `{${cells.join(',')}}`;
  });
}

/** Postgres' own notation for an array. NUL, which Postgres' text cannot hold, becomes U+FFFD rather than a poison event. */
export function arrayLiteral(cells: readonly Cell[]): string {
  return `{${cells.map(cellText).join(',')}}`;
}

function cellText(cell: Cell): string {
  if (typeof cell === 'string') return quoted(cell);
  if (cell === 0n) return '0';
  if (cell === null || cell === undefined) return 'NULL';
  return typeof cell === 'object' ? quoted(arrayLiteral(cell)) : String(cell);
}

/** Rows in the text format of COPY. */
export function copyText(width: number, rows: readonly (readonly Cell[])[]): string {
  const cells = new Array<string>(width);
  const lines = rows.map((row) => {
    for (let column = 0; column < width; column += 1) cells[column] = copyCell(row[column]);
    return cells.join('\t');
  });
  lines.push('');
  return lines.join('\n');
}

const NEEDS_COPY_ESCAPE = /[\\\n\r\t\0]/;
const COPY_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\uFFFD' };

function copyCell(cell: Cell): string {
  if (typeof cell === 'string') return NEEDS_COPY_ESCAPE.test(cell) ? cell.replaceAll(/[\\\n\r\t\0]/g, (found) => COPY_ESCAPES[found] ?? found) : cell;
  if (cell === 0n) return '0';
  if (cell === null || cell === undefined) return '\\N';
  return typeof cell === 'object' ? copyCell(arrayLiteral(cell)) : String(cell);
}

const NEEDS_ESCAPE = /["\\\0]/;

function quoted(text: string): string {
  return NEEDS_ESCAPE.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('\0', '\uFFFD')}"` : `"${text}"`;
}
