import { BETWEEN } from '../cells.js';

/** More are written out in between: all arrays of a thread together take 100 MiB at the most, and only as much of it as is in use. */
const MOST_ROWS = 1 << 20;
const MOST_CELLS = 1 << 22;
const MOST_NAMES = 1 << 18;
const NOTHING = -1;

/** Amounts are kept as numbers as long as they are exact: most are, and adding them makes no garbage. */
export type Amount = number | bigint;

export interface SumsLimits { readonly rows: number; readonly cells: number; readonly names: number }

/** One row: what the last event that changed it stands at, and what it adds up to, by the measure's place. */
export interface SumRow {
  readonly table: number;
  /** The cells of the key, one text. */
  readonly key: string;
  readonly position: number;
  readonly amounts: readonly (readonly [measure: number, amount: Amount])[];
}

/** Rows of sums in arrays of numbers: a row takes some eighty bytes, and there is nothing in it for the garbage collector to look at. */
export class Sums {
  private readonly firsts = new Names();
  private readonly rests = new Names();
  private count = 0;
  private cells = 0;
  /** Open addressing: a row's number + 1, or 0. */
  private readonly slots: Int32Array;
  private readonly table: Uint8Array;
  private readonly first: Int32Array;
  private readonly rest: Int32Array;
  private readonly head: Int32Array;
  private readonly position: Float64Array;
  /** The cells of a row, one after another; NaN where the amount is in `large`. */
  private readonly nextCell: Int32Array;
  private readonly measure: Uint8Array;
  private readonly amount: Float64Array;
  private readonly large = new Map<number, bigint>();

  constructor(private readonly limits: SumsLimits = { rows: MOST_ROWS, cells: MOST_CELLS, names: MOST_NAMES }) {
    const { rows, cells } = limits;
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(rows * 2)));
    [this.table, this.first, this.rest, this.head, this.position] = [new Uint8Array(rows), new Int32Array(rows), new Int32Array(rows), new Int32Array(rows), new Float64Array(rows)];
    [this.nextCell, this.measure, this.amount] = [new Int32Array(cells), new Uint8Array(cells), new Float64Array(cells)];
  }

  get rows(): number { return this.count; }

  /** Whether a row with so many cells might no longer find room. */
  isFull(width: number): boolean {
    const { rows, cells, names } = this.limits;
    return this.count >= rows || this.cells + width > cells || this.firsts.count >= names || this.rests.count >= names;
  }

  /** The number of a row, which is made where there is none. */
  row(table: number, first: string, rest: string, position: number): number {
    const [one, other] = [this.firsts.numberOf(first), this.rests.numberOf(rest)];
    const mask = this.slots.length - 1;
    let slot = hashed(table, one, other) & mask;
    for (let row = this.slots[slot]!; row !== 0; row = this.slots[slot]!) {
      const at = row - 1;
      if (this.first[at] === one && this.rest[at] === other && this.table[at] === table) {
        if (position > this.position[at]!) this.position[at] = position;
        return at;
      }
      slot = (slot + 1) & mask;
    }
    const at = this.count;
    this.count += 1;
    this.slots[slot] = at + 1;
    this.table[at] = table;
    this.first[at] = one;
    this.rest[at] = other;
    this.head[at] = NOTHING;
    this.position[at] = position;
    return at;
  }

  add(row: number, measure: number, amount: Amount): void {
    let cell = this.head[row]!;
    for (; cell !== NOTHING; cell = this.nextCell[cell]!) if (this.measure[cell] === measure) break;
    if (cell === NOTHING) {
      cell = this.cells;
      this.cells += 1;
      this.measure[cell] = measure;
      this.amount[cell] = 0;
      this.nextCell[cell] = this.head[row]!;
      this.head[row] = cell;
    }
    const former = this.amount[cell]!;
    const sum = typeof amount === 'number' ? former + amount : Number.NaN;
    if (Number.isSafeInteger(sum)) this.amount[cell] = sum;
    else {
      this.large.set(cell, (this.large.get(cell) ?? BigInt(former)) + BigInt(amount));
      this.amount[cell] = Number.NaN;
    }
  }

  /** The rows of one table in the order of their keys. */
  *inOrder(table: number): Generator<SumRow> {
    const [ofFirst, ofRest] = [this.firsts.ranked(), this.rests.ranked()];
    const width = this.rests.count;
    const order = new Float64Array(this.table.subarray(0, this.count).reduce((all, one) => (one === table ? all + 1 : all), 0));
    for (let row = 0, at = 0; row < this.count; row += 1) if (this.table[row] === table) order[at++] = ofFirst.rankOf[this.first[row]!]! * width + ofRest.rankOf[this.rest[row]!]!;
    for (const place of order.sort()) yield this.told(this.known(table, ofFirst.inOrder[Math.floor(place / width)]!, ofRest.inOrder[place % width]!));
  }

  /** All rows, in no order. */
  *all(): Generator<SumRow> {
    for (let row = 0; row < this.count; row += 1) yield this.told(row);
  }

  clear(): void {
    this.slots.fill(0);
    [this.count, this.cells] = [0, 0];
    this.firsts.clear();
    this.rests.clear();
    this.large.clear();
  }

  private known(table: number, first: number, rest: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hashed(table, first, rest) & mask; ; slot = (slot + 1) & mask) {
      const at = this.slots[slot]! - 1;
      if (this.first[at] === first && this.rest[at] === rest && this.table[at] === table) return at;
    }
  }

  private told(row: number): SumRow {
    const amounts: [number, Amount][] = [];
    for (let cell = this.head[row]!; cell !== NOTHING; cell = this.nextCell[cell]!) {
      const amount = this.large.get(cell) ?? this.amount[cell]!;
      if (amount !== 0 && amount !== 0n) amounts.push([this.measure[cell]!, amount]);
    }
    amounts.sort(([a], [b]) => a - b);
    const [first, rest] = [this.firsts.name(this.first[row]!), this.rests.name(this.rest[row]!)];
    return { table: this.table[row]!, key: rest === '' ? first : first + BETWEEN + rest, position: this.position[row]!, amounts };
  }
}

function hashed(table: number, first: number, rest: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(rest, 0x85ebca6b) ^ Math.imul(table, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

interface Ranks { readonly rankOf: Int32Array; readonly inOrder: Int32Array }

/** Texts by number, numbered as they come. */
class Names {
  private readonly numbers = new Map<string, number>();
  private names: string[] = [];
  private ranks: Ranks | undefined;

  get count(): number { return this.names.length; }

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.names.length);
    this.names.push(name);
    return this.names.length - 1;
  }

  name(number: number): string { return this.names[number]!; }

  /** The place of each in the order of the texts, and the other way round; several tables are brought in order by the same ones. */
  ranked(): Ranks {
    const { names } = this;
    if (this.ranks?.inOrder.length === names.length) return this.ranks;
    const inOrder = Int32Array.from(names.keys()).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
    const rankOf = new Int32Array(inOrder.length);
    for (let rank = 0; rank < inOrder.length; rank += 1) rankOf[inOrder[rank]!] = rank;
    return (this.ranks = { rankOf, inOrder });
  }

  clear(): void {
    this.numbers.clear();
    this.names = [];
    this.ranks = undefined;
  }
}
