import { TABLE_NAMES, type TableName } from '../tables.js';
import type { ExpectedRow } from './expected-row.js';

/** Parts the rows of all tables, which come in the tables' order, by table. Tables must be asked for in that order. */
export class RowsByTable {
  private waiting: ExpectedRow | undefined;

  constructor(private readonly rows: AsyncGenerator<ExpectedRow>) {}

  /** The rows of a table; those of tables before it that nobody asked for are passed over. */
  async *of(table: TableName): AsyncGenerator<ExpectedRow> {
    const wanted = TABLE_NAMES.indexOf(table);
    for (;;) {
      this.waiting ??= await this.next();
      if (!this.waiting) return;
      const place = TABLE_NAMES.indexOf(this.waiting.table);
      if (place > wanted) return;
      const row = this.waiting;
      this.waiting = undefined;
      if (place === wanted) yield row;
    }
  }

  private async next(): Promise<ExpectedRow | undefined> {
    const next = await this.rows.next();
    return next.done === true ? undefined : next.value;
  }
}
