import { TABLES, TABLE_NAMES, shapeOf, type TableName } from '../tables.js';
import { BETWEEN, textOf, type Cell } from '../cells.js';
import type { EventPlace } from '../differences.js';
import { Spill } from './spill.js';

/** More sums than this are not kept in memory at a time. */
const SUMS_LIMIT = 60_000;

/** Between a line's key and what is known of it; sorts before everything in a key. */
const AFTER_KEY = '\u001d';
const BETWEEN_PARTS = '\u001c';

interface Sum { readonly values: bigint[]; position: bigint; place: EventPlace }

/** What one row of a keyed table should be, and the event that made it or changed it last. */
export interface ExpectedRow {
  readonly table: TableName;
  readonly key: string;
  readonly cells: Cell[];
  readonly place: EventPlace;
  /** The column of which the log does not say what it should be. */
  readonly untold?: number;
}

/** Collects the rows that keyed tables should have, in little memory, and gives them back by table and key. */
export class KeyedExpectations {
  private readonly sums = new Map<string, Sum>();
  private readonly spill: Spill;

  constructor(private readonly sumsLimit = SUMS_LIMIT, runCharacters?: number) {
    this.spill = new Spill(runCharacters);
  }

  /** Adds to a row of sums; a row that only has nothing added to it exists all the same. */
  add(table: TableName, key: readonly string[], changes: Readonly<Record<string, bigint>>, place: EventPlace, position: bigint): void {
    const name = `${PREFIX[table]}${key.join(BETWEEN)}`;
    let sum = this.sums.get(name);
    if (!sum) {
      if (this.sums.size >= this.sumsLimit) this.spillSums();
      this.sums.set(name, (sum = { values: [], position, place }));
    }
    if (position >= sum.position) { sum.position = position; sum.place = place; }
    const places = MEASURE_PLACES[table];
    for (const measure in changes) {
      const at = places.get(measure);
      if (at === undefined) throw new Error(`${table} has no measure ${measure}`);
      sum.values[at] = (sum.values[at] ?? 0n) + (changes[measure] ?? 0n);
    }
  }

  /** A row of a table without sums; one call a row. */
  row(table: TableName, cells: readonly Cell[], place: EventPlace): void {
    this.spill.add(`${PREFIX[table]}${textOf(cells.slice(0, shapeOf(table).ordered))}${AFTER_KEY}${placeText(place)}${BETWEEN_PARTS}${JSON.stringify(cells, bigintsAsText)}`);
  }

  private spillSums(): void {
    for (const [name, { values, place }] of this.sums) {
      let amounts = '';
      for (let at = 0; at < values.length; at += 1) if (values[at]) amounts += `${at}:${values[at]};`;
      this.spill.add(`${name}${AFTER_KEY}${placeText(place)}${BETWEEN_PARTS}${amounts}`);
    }
    this.sums.clear();
  }

  /** At most so many rows. */
  get lines(): number { return this.spill.count; }

  /** By table, in the order of TABLE_NAMES, then by key. */
  async *sorted(): AsyncGenerator<ExpectedRow> {
    this.spillSums();
    let name: string | undefined;
    let group: string[] = [];
    for await (const line of this.spill.sorted()) {
      const end = line.indexOf(AFTER_KEY);
      const own = line.slice(0, end);
      if (own !== name && name !== undefined) { yield expectedRow(name, group); group = []; }
      name = own;
      group.push(line.slice(end + 1));
    }
    if (name !== undefined) yield expectedRow(name, group);
  }

  close(): void {
    this.sums.clear();
    this.spill.close();
  }
}

const PREFIX = Object.fromEntries(TABLE_NAMES.map((name, place) => [name, `${String(place).padStart(2, '0')}${BETWEEN}`])) as Record<TableName, string>;
const MEASURE_PLACES = Object.fromEntries(
  TABLE_NAMES.map((name): [string, ReadonlyMap<string, number>] => [name, new Map(measuresOf(name).map((measure, place) => [measure, place]))]),
) as Record<TableName, ReadonlyMap<string, number>>;

function measuresOf(name: TableName): readonly string[] {
  const { columns, sumsFrom } = shapeOf(name);
  return sumsFrom === undefined ? [] : columns.slice(sumsFrom);
}

function placeText({ stream, revision, type, position }: EventPlace): string {
  return `${stream} ${revision} ${type} ${position}`;
}

function placeFrom(text: string): EventPlace {
  const [stream = '', revision = '', type = '', position = ''] = text.split(' ');
  return { stream, revision, type, position };
}

function bigintsAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function expectedRow(name: string, group: readonly string[]): ExpectedRow {
  const table = TABLE_NAMES[Number(name.slice(0, 2))] as TableName;
  const key = name.slice(3);
  const parts = group.map((part) => part.split(BETWEEN_PARTS));
  let place = placeFrom(parts[0]?.[0] ?? '');
  for (const [text = ''] of parts.slice(1)) {
    const other = placeFrom(text);
    if (BigInt(other.position) > BigInt(place.position)) place = other;
  }
  if (!('sumsFrom' in TABLES[table])) return { table, key, cells: JSON.parse(parts[0]?.[1] ?? '[]') as Cell[], place };
  const values = measuresOf(table).map(() => 0n);
  for (const [, amounts = ''] of parts) {
    for (const amount of amounts.split(';')) {
      const colon = amount.indexOf(':');
      if (colon === -1) continue;
      const at = Number(amount.slice(0, colon));
      values[at] = (values[at] ?? 0n) + BigInt(amount.slice(colon + 1));
    }
  }
  return { table, key, cells: [...key.split(BETWEEN), ...values], place };
}
