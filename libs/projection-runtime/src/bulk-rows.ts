import { BinaryBytes } from './binary-bytes.js';
import { cellType, writeArrayHead, writeCell } from './binary-cells.js';
import type { Cell, CellType } from './binary-cells.js';
import type { Transaction } from './projection.js';

export type { Cell } from './binary-cells.js';

/** Column name → Postgres type, which is the table's own. An array type (`uuid[]`) is taken from a JavaScript array. */
export type Columns = Readonly<Record<string, string>>;
type Rows = readonly (readonly Cell[])[];

/** One for all: nothing is awaited between the first byte and the copy of all of them. */
const out = new BinaryBytes();

/**
 * Adds many rows with one COPY, whatever their number: Postgres takes them in faster than in any other way. Columns that
 * none of the rows has anything in, which in a stretch of one kind are many, are left out.
 */
export async function insertRows(transaction: Transaction, table: string, columns: Columns, rows: Rows): Promise<void> {
  if (rows.length === 0) return;
  const given = Object.entries(columns).map(([name, type], place): Given => ({ name, type: cellType(type), place })).filter(({ place }) => rows.some((row) => row[place] !== undefined && row[place] !== null));
  await transaction.copy(`${table} (${given.map(({ name }) => name).join(', ')})`, copyRows(given, rows));
}

interface Given { readonly name: string; readonly type: CellType; readonly place: number }

/** Adds many rows with one statement where some may be there already. `conflict` is what follows ON CONFLICT. */
export async function mergeRows(transaction: Transaction, table: string, columns: Columns, rows: Rows, conflict: string): Promise<void> {
  if (rows.length === 0) return;
  const source = unnested(columns);
  await transaction.query(`INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT ${source.select} FROM ${source.from} ON CONFLICT ${conflict}`, columnArrays(columns, rows));
}

/** `SELECT select FROM from` gives the rows whose `columnArrays` are the parameters. */
export function unnested(columns: Columns): { readonly select: string; readonly from: string } {
  const entries = Object.entries(columns);
  const arrays = entries.map(([, type], index) => `$${index + 1}::${elementType(type)}[]`);
  const select = entries.map(([name, type]) => (isList(type) ? `bulk.${name}::${type}` : `bulk.${name}`));
  return { select: select.join(', '), from: `unnest(${arrays.join(', ')}) AS bulk(${entries.map(([name]) => name).join(', ')})` };
}

/** One array in Postgres' binary form for each column. */
export function columnArrays(columns: Columns, rows: Rows): Buffer[] {
  return Object.values(columns).map((name, column) => {
    const type = cellType(elementType(name));
    out.restart();
    writeArrayHead(out, type, rows.length);
    for (const row of rows) {
      const cell = row[column];
      writeCell(out, type, typeof cell === 'object' && cell !== null ? listText(cell) : cell);
    }
    return out.taken();
  });
}

/** Arrays of arrays have to be as long as each other in Postgres: lists travel as text. */
const isList = (type: string): boolean => type.endsWith('[]');
const elementType = (type: string): string => (isList(type) ? 'text' : type);

function listText(cells: readonly string[]): string {
  return `{${cells.map((cell) => `"${cell.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** `PGCOPY`, then bytes that a transfer as text would change. */
const COPY_SIGNATURE = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00];
const END_OF_ROWS = -1;

/** Rows in the binary format of COPY. */
function copyRows(given: readonly Given[], rows: Rows): Buffer {
  out.restart();
  for (const byte of COPY_SIGNATURE) out.byte(byte);
  out.int32(0);
  out.int32(0);
  for (const row of rows) {
    out.int16(given.length);
    for (const { type, place } of given) writeCell(out, type, row[place]);
  }
  out.int16(END_OF_ROWS);
  return out.taken();
}
