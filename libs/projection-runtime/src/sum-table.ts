import type { Transaction } from './projection.js';
import { insertRows } from './bulk-rows.js';
import type { Columns } from './bulk-rows.js';

/** Signed changes of some measures. */
export type Changes<Measure extends string> = Partial<Record<Measure, bigint>>;

/**
 * A table of sums: key columns and one column per measure, to which changes are added. Changes of a batch are added up
 * in memory first, so that a batch costs one statement and as many rows as it has keys. Sums are `numeric`, since the
 * sum of amounts that each fit a bigint need not fit one.
 */
export class SumTable<Measure extends string> {
  constructor(private readonly table: string, private readonly key: Columns, private readonly measures: readonly Measure[]) {}

  definition(schema: string): string {
    const keys = Object.entries(this.key).map(([name, type]) => `${name} ${type} NOT NULL`);
    const sums = this.measures.map((measure) => `${measure} numeric NOT NULL DEFAULT 0`);
    return `CREATE TABLE ${schema}.${this.table} (${[...keys, ...sums].join(', ')}, PRIMARY KEY (${Object.keys(this.key).join(', ')})) WITH (fillfactor = 70)`;
  }

  collect(): SumChanges<Measure> {
    return new SumChanges(this.measures);
  }

  async add(transaction: Transaction, schema: string, changes: SumChanges<Measure>): Promise<void> {
    const columns = { ...this.key, ...Object.fromEntries(this.measures.map((measure) => [measure, 'numeric'])) };
    const additions = this.measures.map((measure) => `${measure} = t.${measure} + excluded.${measure}`).join(', ');
    await insertRows(transaction, `${schema}.${this.table} AS t`, columns, changes.rows(), `(${Object.keys(this.key).join(', ')}) DO UPDATE SET ${additions}`);
  }
}

/** Changes per key, in the order of the table's key columns. */
export class SumChanges<Measure extends string> {
  private readonly sums = new Map<string, { readonly key: readonly string[]; readonly values: bigint[] }>();
  private readonly places: ReadonlyMap<string, number>;

  constructor(private readonly measures: readonly Measure[]) {
    this.places = new Map(measures.map((measure, place) => [measure, place]));
  }

  add(key: readonly string[], changes: Changes<Measure>): void {
    const name = key.join('|');
    let sum = this.sums.get(name);
    if (!sum) this.sums.set(name, (sum = { key, values: this.measures.map(() => 0n) }));
    for (const [measure, change] of Object.entries(changes) as [string, bigint | undefined][]) {
      const place = this.places.get(measure);
      if (place === undefined) throw new Error(`there is no measure ${measure}`);
      sum.values[place] = (sum.values[place] ?? 0n) + (change ?? 0n);
    }
  }

  rows(): (string | bigint)[][] {
    return [...this.sums.values()].map((sum) => [...sum.key, ...sum.values]);
  }
}
