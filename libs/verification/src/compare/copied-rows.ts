import { ABSENT, BETWEEN, type Cell } from '../cells.js';

const FIRST_BYTES = 64 * 1024;
/** Room for a cell with what stands before it: only texts may need more. */
const CELL_BYTES = 40;
const [BETWEEN_CODE, ABSENT_CODE, LINE_END, BACKSLASH, MINUS, ZERO] = [BETWEEN, ABSENT, '\n', '\\', '-', '0'].map((sign) => sign.charCodeAt(0)) as [number, number, number, number, number, number];
const [FIRST_PLAIN, LAST_PLAIN] = [32, 126] as const;
/** Beyond it a whole number is written in two parts: numbers of 32 bits divide fast. */
const BILLION = 1_000_000_000;

/** Rows as COPY writes them, written byte by byte: making a text of each first takes several times as long. */
export class CopiedRows {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private end = 0;
  private readonly ends: number[] = [];
  private hasEscapes = false;

  get count(): number { return this.ends.length; }

  /** All rows one behind another; undefined where COPY escapes something in them: those are compared one by one. */
  get copied(): Buffer | undefined { return this.hasEscapes ? undefined : this.bytes.subarray(0, this.end); }

  /** A row as `textOf` gives it. */
  text(row: number): string {
    return this.bytes.toString('utf8', row === 0 ? 0 : this.ends[row - 1], this.ends[row]! - 1);
  }

  add(cells: readonly Cell[]): void {
    const room = (cells.length + 1) * CELL_BYTES;
    this.makeRoom(room);
    for (let place = 0; place < cells.length; place += 1) {
      if (place > 0) this.bytes[this.end++] = BETWEEN_CODE;
      const cell = cells[place];
      if (cell === undefined || cell === null) this.bytes[this.end++] = ABSENT_CODE;
      else if (typeof cell === 'string') this.string(cell, room);
      else if (typeof cell === 'bigint' || typeof cell === 'number') this.integer(Number(cell), cell, room);
      else this.string(typeof cell === 'object' ? `{${cell.join(',')}}` : String(cell), room);
    }
    this.endRow();
  }

  /** A row that is a text already. */
  addText(text: string): void {
    this.string(text, CELL_BYTES);
    this.endRow();
  }

  clear(): void {
    this.end = 0;
    this.ends.length = 0;
    this.hasEscapes = false;
  }

  private endRow(): void {
    this.bytes[this.end++] = LINE_END;
    this.ends.push(this.end);
  }

  /** Leaves `room` behind it. */
  private string(text: string, room: number): void {
    const { length } = text;
    if (this.end + length + room > this.bytes.length) this.makeRoom(length + room);
    const { bytes, end } = this;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if ((code < FIRST_PLAIN && code !== BETWEEN_CODE && code !== ABSENT_CODE) || code > LAST_PLAIN || code === BACKSLASH) return this.odd(text, room);
      bytes[end + at] = code;
    }
    this.end = end + length;
  }

  /** Anything else than plain signs. */
  private odd(text: string, room: number): void {
    if (ESCAPED.test(text)) this.hasEscapes = true;
    const stored = text.replaceAll('\0', '\uFFFD');
    this.makeRoom(stored.length * 3 + room);
    this.end += this.bytes.write(stored, this.end);
  }

  private integer(number: number, exact: bigint | number, room: number): void {
    if (!Number.isSafeInteger(number)) return this.string(String(exact), room);
    if (number < 0) this.bytes[this.end++] = MINUS;
    const size = Math.abs(number);
    if (size < BILLION) return this.digits(size, digitsOf(size));
    const high = Math.floor(size / BILLION);
    this.digits(high, digitsOf(high));
    this.digits(size - high * BILLION, 9);
  }

  private digits(number: number, count: number): void {
    let rest = number | 0;
    for (let at = this.end + count - 1; at >= this.end; at -= 1) {
      const next = (rest / 10) | 0;
      this.bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.end += count;
  }

  private makeRoom(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return;
    const more = Buffer.allocUnsafe(2 * (this.end + bytes));
    this.bytes.copy(more, 0, 0, this.end);
    this.bytes = more;
  }
}

/** What COPY escapes, and what cannot be stored. */
const ESCAPED = /[\0\b\f\n\r\t\v\\]/u;

function digitsOf(number: number): number {
  let count = 1;
  for (let bound = 10; number >= bound; bound *= 10) count += 1;
  return count;
}
