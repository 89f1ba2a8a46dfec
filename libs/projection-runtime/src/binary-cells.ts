import { NEGATIVE_NUMERIC } from './binary-bytes.js';
import type { BinaryBytes } from './binary-bytes.js';

export type Cell = string | bigint | number | boolean | null | undefined | readonly string[];

export interface CellType {
  /** What Postgres calls the type by, which it never changes for a type of its own. */
  readonly oid: number;
  /** Writes a value behind its length. Throws where Postgres, too, would refuse the text of it. */
  readonly write: (out: BinaryBytes, cell: Exclude<Cell, null | undefined>) => void;
}

const NULL = -1;

/** Every type that a column of a read model has. */
const TYPES: Readonly<Record<string, CellType>> = {
  boolean: { oid: 16, write: boolean },
  bigint: { oid: 20, write: bigint },
  smallint: { oid: 21, write: (out, cell) => integer(out, cell, 2) },
  integer: { oid: 23, write: (out, cell) => integer(out, cell, 4) },
  text: { oid: 25, write: (out, cell) => out.text(textOf(cell)) },
  date: { oid: 1082, write: date },
  timestamptz: { oid: 1184, write: timestamptz },
  numeric: { oid: 1700, write: numeric },
  uuid: { oid: 2950, write: uuid },
  'text[]': { oid: 1009, write: (out, cell) => list(out, cell, 'text') },
  'uuid[]': { oid: 2951, write: (out, cell) => list(out, cell, 'uuid') },
};

export function cellType(name: string): CellType {
  const type = TYPES[name];
  if (!type) throw new Error(`there is no way to write the type ${name}`);
  return type;
}

export function writeCell(out: BinaryBytes, { write }: CellType, cell: Cell): void {
  if (cell === null || cell === undefined) out.int32(NULL);
  else write(out, cell);
}

/** The parts of an array in binary form that stand before its elements. */
export function writeArrayHead(out: BinaryBytes, { oid }: CellType, length: number): void {
  out.int32(length === 0 ? 0 : 1);
  out.int32(0);
  out.int32(oid);
  if (length === 0) return;
  out.int32(length);
  out.int32(1);
}

/** Without the value, which may be somebody's name. */
function refused(type: string): never {
  throw new Error(`invalid input syntax for type ${type}`);
}

function uuid(out: BinaryBytes, cell: unknown): void {
  if (typeof cell !== 'string' || !out.uuid(cell)) refused('uuid');
}

function textOf(cell: Exclude<Cell, null | undefined>): string {
  return typeof cell === 'string' ? cell : String(cell);
}

function boolean(out: BinaryBytes, cell: unknown): void {
  const isTrue = cell === true || cell === 'true';
  if (!isTrue && cell !== false && cell !== 'false') refused('boolean');
  out.int32(1);
  out.byte(isTrue ? 1 : 0);
}

/** The digits at `from` ≤ place < `to`; NaN where others stand there. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const SAFE_DIGITS = 15;
const WHOLE_NUMBER = /^-?\d{1,1000}$/;

/** A number where it is exact as one. */
function wholeNumber(type: string, cell: unknown): number | bigint {
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? cell : refused(type);
  if (typeof cell === 'bigint') return cell <= Number.MAX_SAFE_INTEGER && cell >= Number.MIN_SAFE_INTEGER ? Number(cell) : cell;
  if (typeof cell !== 'string') return refused(type);
  if (cell.length <= SAFE_DIGITS && cell !== '') {
    const value = digits(cell, 0, cell.length);
    if (!Number.isNaN(value)) return value;
  }
  return WHOLE_NUMBER.test(cell) ? wholeNumber(type, BigInt(cell)) : refused(type);
}

function bigint(out: BinaryBytes, cell: unknown): void {
  const value = wholeNumber('bigint', cell);
  out.int32(8);
  if (typeof value === 'number') out.safeInt64(value);
  else if (BigInt.asIntN(64, value) === value) out.int64(value);
  else throw new Error('value is out of range for type bigint');
}

function integer(out: BinaryBytes, cell: unknown, bytes: 2 | 4): void {
  const value = Number(wholeNumber(bytes === 2 ? 'smallint' : 'integer', cell));
  if (value < -(2 ** (bytes * 8 - 1)) || value >= 2 ** (bytes * 8 - 1)) throw new Error(`value is out of range for type ${bytes === 2 ? 'smallint' : 'integer'}`);
  out.int32(bytes);
  if (bytes === 2) out.int16(value);
  else out.int32(value);
}

const GROUP_DIGITS = 4;

/** Groups of four digits, the highest first, with how many there are below the point's left one. */
function numeric(out: BinaryBytes, cell: unknown): void {
  // Of most sums in a row nothing was changed.
  if (cell === 0 || cell === 0n) return out.zeroNumeric();
  const value = wholeNumber('numeric', cell);
  if (typeof value === 'number') return out.wholeNumeric(value);
  const groups = groupsOfLarge(value < 0n ? -value : value);
  out.int32(8 + groups.length * 2);
  out.int16(groups.length);
  out.int16(Math.max(0, groups.length - 1));
  out.int16(value < 0n ? NEGATIVE_NUMERIC : 0);
  out.int16(0);
  for (let at = groups.length - 1; at >= 0; at -= 1) out.int16(groups[at]!);
}

function groupsOfLarge(value: bigint): readonly number[] {
  const text = value.toString();
  const groups: number[] = [];
  for (let end = text.length; end > 0; end -= GROUP_DIGITS) groups.push(digits(text, Math.max(0, end - GROUP_DIGITS), end));
  return groups;
}

const DASH = 45;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_TO_2000 = 730_425;

/** Of the `YYYY-MM-DD` at the text's beginning, from 2000-01-01 on; NaN where there is no such day. */
function daysSince2000(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const isLeapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const isDay = year >= 1 && day >= 1 && (day <= (MONTH_DAYS[month - 1] ?? 0) || isLeapDay);
  if (!isDay || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return Number.NaN;
  // Years counted from March on end with their leap day.
  const from = month > 2 ? year : year - 1;
  const monthsOn = month > 2 ? month - 3 : month + 9;
  return 365 * from + Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400) + Math.floor((153 * monthsOn + 2) / 5) + day - 1 - DAYS_TO_2000;
}

function date(out: BinaryBytes, cell: unknown): void {
  const days = typeof cell === 'string' && cell.length === 10 ? daysSince2000(cell) : Number.NaN;
  if (Number.isNaN(days)) refused('date');
  out.int32(4);
  out.int32(days);
}

const SECONDS_A_DAY = 86_400;
const INSTANT = /^.{10}T\d\d:\d\d:\d\d(?:\.(\d{1,6}))?Z$/;
let lastInstant = '';
let lastMicroseconds = 0n;

/** Events recorded together carry the same instant: the last one is remembered. */
function timestamptz(out: BinaryBytes, cell: unknown): void {
  if (typeof cell !== 'string') return refused('timestamptz');
  if (cell !== lastInstant) {
    lastMicroseconds = microsecondsSince2000(cell);
    lastInstant = cell;
  }
  out.int32(8);
  out.int64(lastMicroseconds);
}

function microsecondsSince2000(text: string): bigint {
  const found = INSTANT.exec(text);
  const days = found ? daysSince2000(text) : Number.NaN;
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  if (!(Number.isFinite(days) && hour <= 23 && minute <= 59 && second <= 59)) return refused('timestamptz');
  return BigInt(days * SECONDS_A_DAY + (hour * 60 + minute) * 60 + second) * 1_000_000n + BigInt((found?.[1] ?? '').padEnd(6, '0'));
}

function list(out: BinaryBytes, cell: unknown, element: 'text' | 'uuid'): void {
  if (!Array.isArray(cell)) return refused(`${element}[]`);
  const type = cellType(element);
  const lengthAt = out.length;
  out.int32(0);
  writeArrayHead(out, type, cell.length);
  for (const one of cell as readonly string[]) type.write(out, one);
  out.setInt32(lengthAt, out.length - lengthAt - 4);
}
