import { rowText } from '../cells.js';
import type { TableShape } from '../tables.js';

/** One connection, within one transaction: every statement sees the same state of the tables. */
export interface SqlSession {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

const PAGE_ROWS = 2_000;

/** The rows of one table as texts, in order, a page at a time, through a cursor. */
export class FoundRows {
  private page: readonly string[] = [];
  private place = 0;
  private isOpen = false;
  private hasEnded = false;

  constructor(private readonly session: SqlSession, private readonly cursor: string, private readonly select: string) {}

  /** `source` is what the rows are read from where it is not the whole table. */
  static of(session: SqlSession, shape: TableShape, schema: string, types: ReadonlyMap<string, string>, source = `${schema}.${shape.table}`): FoundRows {
    const text = rowText(shape.columns, types);
    const ordered = shape.columns.slice(0, shape.ordered);
    // Keys in the order of their texts, which is also that of the expected ones; the log's order is one of numbers.
    const order = shape.order === 'log' ? ordered.join(', ') : `(${rowText(ordered, types)}) COLLATE "C"`;
    return new FoundRows(session, `verify_${shape.projection}_${shape.table}`.replaceAll('-', '_'), `SELECT ${text} AS row FROM ${source} AS rows ORDER BY ${order}`);
  }

  /** The row that comes next; undefined at the end, or where `fill` has to be called first. */
  get next(): string | undefined { return this.page[this.place]; }
  get left(): number { return this.page.length - this.place; }
  get isComplete(): boolean { return this.hasEnded; }

  step(): void { this.place += 1; }

  /** Makes sure that more than `least` rows are at hand, or all that there are. */
  async fill(least = 0): Promise<void> {
    while (this.left <= least && !this.hasEnded) {
      if (!this.isOpen) await this.session.query(`DECLARE ${this.cursor} NO SCROLL CURSOR FOR ${this.select}`);
      this.isOpen = true;
      const rows = (await this.session.query(`FETCH ${PAGE_ROWS} FROM ${this.cursor}`)) as { row: string }[];
      this.page = [...this.page.slice(this.place), ...rows.map(({ row }) => row)];
      this.place = 0;
      if (rows.length < PAGE_ROWS) await this.close();
    }
  }

  private async close(): Promise<void> {
    this.hasEnded = true;
    await this.session.query(`CLOSE ${this.cursor}`);
  }
}
