const FIRST_BYTES = 64 * 1024;

/** Rows as bytes, one behind another, first in first out; each ends with a line end. */
export class RowBuffer {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private start = 0;
  private end = 0;
  /** Where each row ends, counted from the first byte that ever came in. */
  private ends: number[] = [];
  private place = 0;
  /** How many bytes came in before those that are still kept. */
  private before = 0;

  /** Rows at hand. */
  get count(): number { return this.ends.length - this.place; }
  get size(): number { return this.end - this.start; }

  add(row: Buffer): void {
    if (this.end + row.length > this.bytes.length) this.makeRoom(row.length);
    row.copy(this.bytes, this.end);
    this.end += row.length;
    this.ends.push(this.before + this.end);
  }

  /** Whether the next rows, so many, are these bytes. */
  isNext(rows: number, wanted: Buffer): boolean {
    const from = this.start;
    return this.endOf(rows) - from === wanted.length && wanted.compare(this.bytes, from, from + wanted.length) === 0;
  }

  /** The next row as text, without its line end. */
  first(): string {
    return this.bytes.toString('utf8', this.start, this.endOf(1) - 1);
  }

  /** Passes over rows that are at hand. */
  drop(rows: number): void {
    this.start = this.endOf(rows);
    this.place += rows;
  }

  private endOf(rows: number): number {
    return (this.ends[this.place + rows - 1] ?? Number.NaN) - this.before;
  }

  private makeRoom(bytes: number): void {
    const { size } = this;
    const kept = size + bytes > this.bytes.length / 2 ? Buffer.allocUnsafe(2 * (size + bytes)) : this.bytes;
    this.bytes.copy(kept, 0, this.start, this.end);
    this.bytes = kept;
    this.before += this.start;
    [this.start, this.end] = [0, size];
    this.ends = this.ends.slice(this.place);
    this.place = 0;
  }
}
