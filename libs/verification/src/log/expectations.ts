import { TABLES, TABLE_NAMES, shapeOf, type TableName } from '../tables.js';
import { BETWEEN, textOf, type Cell } from '../cells.js';
import type { EventPlace } from '../differences.js';
import { Spill } from './spill.js';

/** More sums than this are not kept in memory at a time. */
const SUMS_LIMIT = 60_000;

/** Between a line's key and what is known of it; sorts before everything in a key. */
const AFTER_KEY = '\u001d';
const BETWEEN_PARTS = '\u001c';

/** Amounts are kept as numbers as long as they are exact: most are, and adding them makes no garbage. */
type Amount = number | bigint;
interface Sum { readonly values: Amount[]; position: bigint; place: EventPlace }

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
  /** By table, by the first cell of the key, by the rest of it. */
  private readonly sums = new Map<TableName, Map<string, Map<string, Sum>>>();
  private sumsKept = 0;
  private readonly spill: Spill;
  private prepared: Prepared = { table: undefined, changes: undefined, places: [], amounts: [] };

  constructor(private readonly sumsLimit = SUMS_LIMIT, runCharacters?: number) {
    this.spill = new Spill(runCharacters);
  }

  /** Adds to a row of sums; a row that only has nothing added to it exists all the same. */
  add(table: TableName, key: readonly string[], changes: Readonly<Record<string, bigint>>, place: EventPlace, position: bigint): void {
    const sum = this.sumOf(table, key, place, position);
    if (position >= sum.position) { sum.position = position; sum.place = place; }
    // The same changes often go to several rows in turn.
    if (this.prepared.changes !== changes || this.prepared.table !== table) this.prepared = prepare(table, changes);
    const { places, amounts } = this.prepared;
    for (let at = 0; at < places.length; at += 1) {
      const measure = places[at]!;
      const former = sum.values[measure];
      sum.values[measure] = former === undefined ? amounts[at]! : added(former, amounts[at]!);
    }
  }

  private sumOf(table: TableName, key: readonly string[], place: EventPlace, position: bigint): Sum {
    let ofTable = this.sums.get(table);
    if (!ofTable) this.sums.set(table, (ofTable = new Map()));
    const [first = ''] = key;
    let ofFirst = ofTable.get(first);
    if (!ofFirst) ofTable.set(first, (ofFirst = new Map()));
    let rest = '';
    for (let at = 1; at < key.length; at += 1) rest += BETWEEN + key[at]!;
    const known = ofFirst.get(rest);
    if (known) return known;
    if (this.sumsKept >= this.sumsLimit) {
      this.spillSums();
      return this.sumOf(table, key, place, position);
    }
    const sum: Sum = { values: [], position, place };
    ofFirst.set(rest, sum);
    this.sumsKept += 1;
    return sum;
  }

  /** A row of a table without sums; one call a row. */
  row(table: TableName, cells: readonly Cell[], place: EventPlace): void {
    this.spill.add(`${PREFIX[table]}${textOf(cells.slice(0, shapeOf(table).ordered))}${AFTER_KEY}${placeText(place)}${BETWEEN_PARTS}${JSON.stringify(cells, bigintsAsText)}`);
  }

  private spillSums(): void {
    for (const [table, ofTable] of this.sums) {
      for (const [first, ofFirst] of ofTable) {
        for (const [rest, { values, place }] of ofFirst) {
          let amounts = '';
          for (let at = 0; at < values.length; at += 1) if (values[at]) amounts += `${at}:${values[at]};`;
          this.spill.add(`${PREFIX[table]}${first}${rest}${AFTER_KEY}${placeText(place)}${BETWEEN_PARTS}${amounts}`);
        }
      }
    }
    this.sums.clear();
    this.sumsKept = 0;
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

interface Prepared { readonly table: TableName | undefined; readonly changes: Readonly<Record<string, bigint>> | undefined; readonly places: readonly number[]; readonly amounts: readonly Amount[] }

/** Where among a row's sums the changes go. */
function prepare(table: TableName, changes: Readonly<Record<string, bigint>>): Prepared {
  const measures = MEASURE_PLACES[table];
  const places: number[] = [];
  const amounts: Amount[] = [];
  for (const measure in changes) {
    const at = measures.get(measure);
    if (at === undefined) throw new Error(`${table} has no measure ${measure}`);
    const amount = changes[measure] ?? 0n;
    if (amount === 0n) continue;
    places.push(at);
    amounts.push(exactly(amount));
  }
  return { table, changes, places, amounts };
}

function exactly(amount: bigint): Amount {
  const number = Number(amount);
  return Number.isSafeInteger(number) ? number : amount;
}

function added(a: Amount, b: Amount): Amount {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(a) + BigInt(b);
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
  return { stream, revision: BigInt(revision), type, position: BigInt(position) };
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
    if (other.position > place.position) place = other;
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
