import { COPY_FORM, copiedText, rowColumns, rowText } from '../cells.js';
import type { TableShape } from '../tables.js';
import { RowBuffer } from './row-buffer.js';
import type { ComingRows, SqlSession } from './sql-session.js';

/** So much of a table is kept ready; Postgres waits with the rest. */
const READY_BYTES = 256 * 1024;

/** The rows of one table as texts, in order, as they come; Postgres goes on meanwhile. */
export class FoundRows {
  private readonly rows = new RowBuffer();
  private coming: ComingRows | undefined;
  private isPaused = false;
  private hasEnded = false;
  private failure: { readonly cause: unknown } | undefined;
  private isAbandoned = false;
  /** The next row's text, once somebody has looked at it. */
  private text: string | undefined;
  /** Whoever waits for more rows than there are. */
  private waiting: { readonly rows: number; readonly wake: () => void } | undefined;

  constructor(private readonly session: SqlSession, private readonly select: string) {}

  /** `source` is what the rows are read from where it is not the whole table. */
  static of(session: SqlSession, shape: TableShape, schema: string, source = `${schema}.${shape.table}`): FoundRows {
    const ordered = shape.columns.slice(0, shape.ordered);
    // Keys in the order of their texts, which is also that of the expected ones; the log's order is one of numbers.
    const order = shape.order === 'log' ? ordered.join(', ') : `(${rowText(ordered)}) COLLATE "C"`;
    return new FoundRows(session, `SELECT ${rowColumns(shape.columns)} FROM ${source} AS rows ORDER BY ${order}`);
  }

  /** The row that comes next; undefined at the end, or where `fill` has to be called first. */
  get next(): string | undefined {
    if (this.text === undefined && this.rows.count > 0) this.text = copiedText(this.rows.first());
    return this.text;
  }

  get left(): number { return this.rows.count; }

  step(): void { this.drop(1); }

  /** Steps over the next rows, so many, where they are these texts as Postgres copies them out. */
  stepOver(rows: number, copied: Buffer): boolean {
    if (this.left < rows || !this.rows.isNext(rows, copied)) return false;
    this.drop(rows);
    return true;
  }

  /** Has the rows sent, without waiting for them: bringing a table in order takes time. */
  begin(): void {
    if (this.coming) return;
    this.coming = this.session.copy(this.select, COPY_FORM, (row) => this.take(row));
    this.coming.done.then(() => undefined, (cause: unknown) => { this.failure = { cause }; }).finally(() => {
      this.hasEnded = true;
      this.waiting?.wake();
    });
  }

  /** Makes sure that more than `least` rows are at hand, or all that there are. */
  async fill(least = 0): Promise<void> {
    this.begin();
    while (this.left <= least && !this.hasEnded) {
      await new Promise<void>((wake) => {
        this.waiting = { rows: least, wake };
        this.flow();
      });
      this.waiting = undefined;
    }
    if (this.failure) throw this.failure.cause;
  }

  /** Lets the rest of the table go by: the connection is free again when it has. */
  abandon(): void {
    this.isAbandoned = true;
    this.flow();
  }

  private take(row: Buffer): void {
    if (this.isAbandoned) return;
    this.rows.add(row);
    if (this.waiting) {
      if (this.left > this.waiting.rows) this.waiting.wake();
    } else if (!this.isPaused && this.rows.size >= READY_BYTES) {
      this.isPaused = true;
      this.coming?.pause();
    }
  }

  private drop(rows: number): void {
    this.text = undefined;
    this.rows.drop(rows);
    if (this.isPaused && this.rows.size < READY_BYTES / 2) this.flow();
  }

  private flow(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.coming?.resume();
  }
}
