import { BETWEEN, textOf, type Cell } from '../cells.js';
import type { EventAt } from '../differences.js';
import { TABLE_NAMES, shapeOf, type TableName } from '../tables.js';
import { RowsByTable } from './rows-by-table.js';
import { Spill } from './spill.js';
import { SummedRow, type ExpectedRow } from './expected-row.js';
import { Sums, type Amount, type SumRow, type SumsLimits } from './sums.js';

/** Between a line's key and what is known of it; sorts before everything in a key. */
const AFTER_KEY = '\u001d';
const BETWEEN_PARTS = '\u001c';

const NUMBER_OF = Object.fromEntries(TABLE_NAMES.map((name, number) => [name, number])) as Record<TableName, number>;
const PREFIX = TABLE_NAMES.map((_, number) => `${String(number).padStart(2, '0')}${BETWEEN}`);
const MEASURES = TABLE_NAMES.map((name): readonly string[] => {
  const { columns, sumsFrom } = shapeOf(name);
  return sumsFrom === undefined ? [] : columns.slice(sumsFrom);
});
const MEASURE_PLACES = MEASURES.map((measures): ReadonlyMap<string, number> => new Map(measures.map((measure, place) => [measure, place])));

/** Collects the rows that keyed tables should have, in bounded memory, and gives them back by table and key. */
export class KeyedExpectations {
  private readonly sums: Sums;
  private readonly spill: Spill;
  private haveSumsSpilled = false;
  private spilled: RowsByTable | undefined;
  private prepared: Prepared = { table: -1, changes: undefined, places: [], amounts: [] };

  /** The limits are for tests: memory is bounded without saying. */
  constructor(limits?: SumsLimits, runCharacters?: number) {
    this.sums = new Sums(limits);
    this.spill = new Spill(runCharacters);
  }

  /** Adds to a row of sums, whose key is `first` and then `rest`; a row that only has nothing added to it exists all the same. */
  add(table: TableName, first: string, rest: string, changes: Readonly<Record<string, bigint>>, position: bigint): void {
    const number = NUMBER_OF[table];
    // The same changes often go to several rows in turn.
    if (this.prepared.changes !== changes || this.prepared.table !== number) this.prepared = prepare(number, changes);
    const { places, amounts } = this.prepared;
    if (this.sums.isFull(places.length)) this.spillSums();
    const row = this.sums.row(number, first, rest, Number(position));
    for (let at = 0; at < places.length; at += 1) this.sums.add(row, places[at]!, amounts[at]!);
  }

  /** A row of a table without sums; one call a row. */
  row(table: TableName, cells: readonly Cell[], { position }: EventAt): void {
    this.spill.add(`${PREFIX[NUMBER_OF[table]]}${textOf(cells.slice(0, shapeOf(table).ordered))}${AFTER_KEY}${position}${BETWEEN_PARTS}${JSON.stringify(cells.map(storable))}`);
  }

  private spillSums(): void {
    for (const { table, key, position, amounts } of this.sums.all()) {
      let text = '';
      for (const [measure, amount] of amounts) text += `${measure}:${amount};`;
      this.spill.add(`${PREFIX[table]}${key}${AFTER_KEY}${position}${BETWEEN_PARTS}${text}`);
    }
    this.sums.clear();
    this.haveSumsSpilled = true;
  }

  /** At most so many rows. */
  get lines(): number { return this.spill.count + this.sums.rows; }

  /** The rows of a table by key. Tables must be asked for in the order of TABLE_NAMES, after everything was added. */
  of(table: TableName): AsyncIterable<ExpectedRow> {
    if (this.haveSumsSpilled && this.sums.rows > 0) this.spillSums();
    if (shapeOf(table).sumsFrom !== undefined && !this.haveSumsSpilled) return summed(table, this.sums.inOrder(NUMBER_OF[table]));
    this.spilled ??= new RowsByTable(this.spilledRows());
    return this.spilled.of(table);
  }

  private async *spilledRows(): AsyncGenerator<ExpectedRow> {
    let name: string | undefined;
    let group: string[] = [];
    for await (const line of this.spill.sorted()) {
      const end = line.indexOf(AFTER_KEY);
      const own = line.slice(0, end);
      if (own !== name && name !== undefined) { yield rowOf(name, group); group = []; }
      name = own;
      group.push(line.slice(end + 1));
    }
    if (name !== undefined) yield rowOf(name, group);
  }

  close(): void {
    this.spill.close();
  }
}

async function* summed(table: TableName, rows: Iterable<SumRow>): AsyncGenerator<ExpectedRow> {
  const width = MEASURES[NUMBER_OF[table]]!.length;
  for (const { key, position, amounts } of rows) yield new SummedRow(table, key, BigInt(position), amounts, width);
}

interface Prepared { readonly table: number; readonly changes: Readonly<Record<string, bigint>> | undefined; readonly places: readonly number[]; readonly amounts: readonly Amount[] }

/** Where among a row's sums the changes go. */
function prepare(table: number, changes: Readonly<Record<string, bigint>>): Prepared {
  const measures = MEASURE_PLACES[table]!;
  const places: number[] = [];
  const amounts: Amount[] = [];
  for (const measure in changes) {
    const at = measures.get(measure);
    if (at === undefined) throw new Error(`${TABLE_NAMES[table]} has no measure ${measure}`);
    const amount = changes[measure] ?? 0n;
    if (amount === 0n) continue;
    places.push(at);
    const number = Number(amount);
    amounts.push(Number.isSafeInteger(number) ? number : amount);
  }
  return { table, changes, places, amounts };
}

function storable(cell: Cell): Cell {
  return typeof cell === 'bigint' ? cell.toString() : cell;
}

/** A row of the lines that tell of it: one, or for sums as many as times they were written out. */
function rowOf(name: string, group: readonly string[]): ExpectedRow {
  const number = Number(name.slice(0, 2));
  const table = TABLE_NAMES[number] as TableName;
  const key = name.slice(3);
  const parts = group.map((part) => part.split(BETWEEN_PARTS));
  const position = parts.reduce((most, [text = '0']) => (BigInt(text) > most ? BigInt(text) : most), 0n);
  if (shapeOf(table).sumsFrom === undefined) return { table, key, cells: JSON.parse(parts[0]?.[1] ?? '[]') as Cell[], place: { position } };
  const values = new Map<number, bigint>();
  for (const [, amounts = ''] of parts) {
    for (const amount of amounts.split(';')) {
      const colon = amount.indexOf(':');
      if (colon === -1) continue;
      const at = Number(amount.slice(0, colon));
      values.set(at, (values.get(at) ?? 0n) + BigInt(amount.slice(colon + 1)));
    }
  }
  return new SummedRow(table, key, position, [...values].sort(([a], [b]) => a - b), MEASURES[number]!.length);
}
