import { MeasurePlaces } from './amount.js';
import type { Amount, Changes } from './amount.js';
import type { Transaction } from './projection.js';
import { columnArrays, insertRows, mergeRows, unnested } from './bulk-rows.js';
import type { Cell, Columns } from './bulk-rows.js';
import { unsearched } from './unsearched.js';

/** Fewer are not worth a question of their own. */
const MANY_ROWS = 50;

/**
 * A table of sums: key columns and one column per measure, to which changes are added. Changes of a batch are added up
 * in memory first, so that a batch costs few statements and as many rows as it has keys. Sums are `numeric`, since the
 * sum of amounts that each fit a bigint need not fit one.
 */
export class SumTable<Measure extends string> {
  constructor(private readonly table: string, private readonly key: Columns, private readonly measures: readonly Measure[]) {}

  definition(schema: string): string {
    const keys = Object.entries(this.key).map(([name, type]) => `${name} ${type} NOT NULL`);
    const sums = this.measures.map((measure) => `${measure} numeric NOT NULL DEFAULT 0`);
    return `CREATE TABLE ${schema}.${this.table} (${[...keys, ...sums].join(', ')}, PRIMARY KEY (${Object.keys(this.key).join(', ')})) WITH (fillfactor = 70); ${unsearched(`${schema}.${this.table}`, this.measures)}`;
  }

  collect(): SumChanges<Measure> {
    return new SumChanges(this.measures);
  }

  /** Sends only the measures that something changed: most rows touch a few of many. */
  async add(transaction: Transaction, schema: string, changes: SumChanges<Measure>): Promise<void> {
    const table = `${schema}.${this.table}`;
    const touched = changes.touched();
    const columns = { ...this.key, ...Object.fromEntries(touched.map((measure) => [measure, 'numeric'])) };
    const additions = touched.map((measure) => `${measure} = t.${measure} + excluded.${measure}`).join(', ');
    const { fresh, others } = await this.parted(transaction, table, changes.rows());
    await insertRows(transaction, table, columns, fresh);
    await mergeRows(transaction, `${table} AS t`, columns, others,
      `(${Object.keys(this.key).join(', ')}) ${touched.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${additions}`}`);
  }

  /**
   * Of many rows nearly all have keys that the table does not have yet: they are copied in, and only the others are
   * merged. The keys are looked up one by one: what the planner believes of a
   * table that is being filled is nothing to choose another way by.
   */
  private async parted(transaction: Transaction, table: string, rows: readonly (readonly Cell[])[]): Promise<{ readonly fresh: readonly (readonly Cell[])[]; readonly others: readonly (readonly Cell[])[] }> {
    if (rows.length < MANY_ROWS) return { fresh: [], others: rows };
    const names = Object.keys(this.key);
    const columns = { ...this.key, place: 'integer' };
    const isThere = `LATERAL (SELECT FROM ${table} AS t WHERE ${names.map((name) => `t.${name} = bulk.${name}`).join(' AND ')} LIMIT 1) AS t`;
    const found = await transaction.query<{ place: number }>(`SELECT bulk.place FROM ${unnested(columns).from}, ${isThere}`, columnArrays(columns, rows.map((row, place) => [...row.slice(0, names.length), place])));
    const there = new Set(found.map(({ place }) => place));
    return { fresh: rows.filter((_, place) => !there.has(place)), others: rows.filter((_, place) => there.has(place)) };
  }
}

/** What changes under one key: another level, or at the last the sums. */
type Level = Map<string, Level | Sums>;
interface Sums { readonly key: readonly string[]; readonly amounts: (Amount | undefined)[] }

/** Changes per key, in the order of the table's key columns. */
export class SumChanges<Measure extends string> {
  private readonly root: Level = new Map();
  private readonly sums: Sums[] = [];
  private readonly places: MeasurePlaces;

  constructor(measures: readonly Measure[]) {
    this.places = new MeasurePlaces(measures);
  }

  add(key: readonly string[], changes: Changes<Measure>): void {
    this.places.add(this.sumsOf(key).amounts, changes);
  }

  touched(): Measure[] {
    return this.places.names as Measure[];
  }

  /** The key, then the measures in the order of `touched`. */
  rows(): Cell[][] {
    const width = this.places.size;
    return this.sums.map(({ key, amounts }) => {
      const row = new Array<Cell>(key.length + width);
      for (let part = 0; part < key.length; part += 1) row[part] = key[part];
      for (let place = 0; place < width; place += 1) row[key.length + place] = amounts[place] ?? 0;
      return row;
    });
  }

  /** Part by part: joined into one text, keys took longer than what is done with them. */
  private sumsOf(key: readonly string[]): Sums {
    const last = key.length - 1;
    let level = this.root;
    for (let part = 0; part < last; part += 1) {
      let next = level.get(key[part]!) as Level | undefined;
      if (!next) level.set(key[part]!, (next = new Map()));
      level = next;
    }
    let sums = level.get(key[last]!) as Sums | undefined;
    if (!sums) {
      level.set(key[last]!, (sums = { key, amounts: [] }));
      this.sums.push(sums);
    }
    return sums;
  }
}
