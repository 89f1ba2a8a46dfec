import { rowText } from '../cells.js';
import type { TableShape } from '../tables.js';

/** One connection, within one transaction: every statement sees the same state of the tables. */
export interface SqlSession {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/** Sends one statement after another, however many are asked for at a time. */
export function inTurn(session: SqlSession): SqlSession {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query: (sql, parameters) => {
      const answer = last.then(() => session.query(sql, parameters));
      // Whoever asked hears of its failure; the next one does not.
      last = answer.then(() => undefined, () => undefined);
      return answer;
    },
  };
}

const PAGE_ROWS = 2_000;

type Fetched = { readonly rows: readonly string[] } | { readonly failure: unknown };

/** The rows of one table as texts, in order, a page at a time, through a cursor; the page after is fetched meanwhile. */
export class FoundRows {
  private page: readonly string[] = [];
  private place = 0;
  private hasEnded = false;
  private coming: Promise<Fetched> | undefined;

  constructor(private readonly session: SqlSession, private readonly cursor: string, private readonly select: string) {}

  /** `source` is what the rows are read from where it is not the whole table. */
  static of(session: SqlSession, shape: TableShape, schema: string, source = `${schema}.${shape.table}`): FoundRows {
    const text = rowText(shape.columns);
    const ordered = shape.columns.slice(0, shape.ordered);
    // Keys in the order of their texts, which is also that of the expected ones; the log's order is one of numbers.
    const order = shape.order === 'log' ? ordered.join(', ') : `(${rowText(ordered)}) COLLATE "C"`;
    return new FoundRows(session, `verify_${shape.projection}_${shape.table}`.replaceAll(/[^a-z0-9]+/g, '_'), `SELECT ${text} AS row FROM ${source} AS rows ORDER BY ${order}`);
  }

  /** The row that comes next; undefined at the end, or where `fill` has to be called first. */
  get next(): string | undefined { return this.page[this.place]; }
  get left(): number { return this.page.length - this.place; }
  get isComplete(): boolean { return this.hasEnded; }

  step(): void { this.place += 1; }

  /** Has the first rows fetched, without waiting for them: bringing a table in order takes time. */
  begin(): void {
    if (!this.hasEnded && this.left === 0) this.coming ??= this.opened();
  }

  /** Makes sure that more than `least` rows are at hand, or all that there are. */
  async fill(least = 0): Promise<void> {
    while (this.left <= least && !this.hasEnded) {
      const fetched = await (this.coming ?? this.opened());
      this.coming = undefined;
      if ('failure' in fetched) throw fetched.failure;
      this.page = this.left === 0 ? fetched.rows : [...this.page.slice(this.place), ...fetched.rows];
      this.place = 0;
      if (fetched.rows.length === PAGE_ROWS) this.coming = this.fetched();
      else await this.close();
    }
  }

  private async opened(): Promise<Fetched> {
    try {
      await this.session.query(`DECLARE ${this.cursor} NO SCROLL CURSOR FOR ${this.select}`);
    } catch (failure) {
      return { failure };
    }
    return this.fetched();
  }

  /** A failure is kept for whoever asks for the page. */
  private fetched(): Promise<Fetched> {
    return this.session.query(`FETCH ${PAGE_ROWS} FROM ${this.cursor}`)
      .then((rows) => ({ rows: (rows as { row: string }[]).map(({ row }) => row) }), (failure: unknown) => ({ failure }));
  }

  private async close(): Promise<void> {
    this.hasEnded = true;
    await this.session.query(`CLOSE ${this.cursor}`);
  }
}
