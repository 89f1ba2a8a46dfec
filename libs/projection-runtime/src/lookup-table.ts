import { insertRows } from './bulk-rows.js';
import type { Transaction } from './projection.js';

/** What later events refer to by id alone: written once, looked up by the batch. The first column is the id, a uuid. */
export class LookupTable<Column extends string> {
  private readonly id: string;

  constructor(private readonly table: string, private readonly columns: Readonly<Record<Column, string>>) {
    this.id = Object.keys(columns)[0] ?? '';
  }

  definition(schema: string): string {
    return `CREATE TABLE ${schema}.${this.table} (${Object.entries(this.columns).map(([name, type]) => `${name} ${String(type)} NOT NULL`).join(', ')}, PRIMARY KEY (${this.id}))`;
  }

  async add(transaction: Transaction, schema: string, rows: readonly Readonly<Record<Column, string>>[]): Promise<void> {
    const names = Object.keys(this.columns) as Column[];
    await insertRows(transaction, `${schema}.${this.table}`, this.columns, rows.map((row) => names.map((name) => row[name])));
  }

  /** Those of the ids that were added. */
  async known(transaction: Transaction, schema: string, ids: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<Column, string>>>> {
    const wanted = [...new Set(ids)];
    const found = wanted.length === 0 ? [] : await transaction.query<Readonly<Record<Column, string>>>(`SELECT * FROM ${schema}.${this.table} WHERE ${this.id} = ANY($1::uuid[])`, [wanted]);
    return new Map(found.map((row) => [(row as Readonly<Record<string, string>>)[this.id] ?? '', row]));
  }

  /** Throws, when asked, for an id that was never added. */
  async find(transaction: Transaction, schema: string, ids: readonly string[]): Promise<(id: string) => Readonly<Record<Column, string>>> {
    const rows = await this.known(transaction, schema, ids);
    return (id) => {
      const row = rows.get(id);
      if (!row) throw new Error(`${this.table.replaceAll('_', ' ')} ${id} is named and was never seen`);
      return row;
    };
  }
}
