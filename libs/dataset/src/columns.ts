import { LARGEST_AMOUNT, parseDay, type Day, type Dong } from '@ledger/kernel';
import type { FormFaultCode } from './fault-codes.js';
import { LIMITS } from './limits.js';

/** What is wrong with one cell. */
export interface Unreadable {
  readonly code: FormFaultCode;
  readonly details: Readonly<Record<string, string>>;
}

export interface ReadingContext {
  /** Today in Vietnam. */
  readonly today: Day;
}

/** Which numbers may not repeat, and where: receipts and references within their file, vouchers across three files. */
export type NumberGroup = 'receipt' | 'voucher' | 'reference';

export interface Column<Value> {
  readonly role: 'code' | 'number' | 'reference' | 'sequence' | 'movement_day' | 'plain';
  readonly group?: NumberGroup;
  /** The file whose `code` (for adjustments: `receipt_no`) this column names. */
  readonly names?: string;
  readonly read: (text: string, context: ReadingContext) => Value | Unreadable;
}

export function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === 'object' && value !== null;
}

const unreadable = (code: FormFaultCode, details: Record<string, string> = {}): Unreadable => ({ code, details });

/** Long or hostile values are shown by their beginning. */
export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export const ownCode: Column<string> = { role: 'code', read: (text) => (text === '' ? unreadable('code_is_empty') : text) };

const emptyNumber = { receipt: 'receipt_number_is_empty', voucher: 'voucher_number_is_empty', reference: 'reference_is_empty' } as const;

export function ownNumber(group: NumberGroup): Column<string> {
  return { role: 'number', group, read: (text) => (text === '' ? unreadable(emptyNumber[group]) : text) };
}

export function optionalNumber(group: NumberGroup): Column<string | undefined> {
  return { role: 'number', group, read: (text) => text || undefined };
}

/** Whether the code exists is known once every file has been read. */
export function codeIn(file: string): Column<string> {
  return { role: 'reference', names: file, read: (text) => (text === '' ? unreadable('reference_code_is_missing', { names: file }) : text) };
}

export function optionalCodeIn(file: string): Column<string | undefined> {
  return { role: 'reference', names: file, read: (text) => text || undefined };
}

/** Kept as it is, whatever it looks like: a cell that begins with = + - or @ is text like any other. */
export const text: Column<string> = { role: 'plain', read: (cell) => cell };
export const optionalText: Column<string | undefined> = { role: 'plain', read: (cell) => cell || undefined };

export function oneOf<Value extends string>(values: readonly Value[]): Column<Value> {
  return {
    role: 'plain',
    read: (cell) => values.find((value) => value === cell) ?? unreadable('value_is_not_in_list', { value: shown(cell), list: values.join(', ') }),
  };
}

export function optionalOneOf<Value extends string>(values: readonly Value[]): Column<Value | undefined> {
  const required = oneOf(values);
  return { role: 'plain', read: (cell, context) => (cell === '' ? undefined : required.read(cell, context)) };
}

// A set names few days many times.
const DAYS_KEPT = 20_000;
const realDays = new Set<Day>();

function readDay(cell: string): Day | Unreadable {
  if (realDays.has(cell)) return cell;
  const day = parseDay(cell);
  if (day === undefined) return unreadable('date_is_malformed', { value: shown(cell) });
  if (realDays.size < DAYS_KEPT) realDays.add(day);
  return day;
}

const readPastDay = (cell: string, { today }: ReadingContext): Day | Unreadable => {
  const day = readDay(cell);
  return typeof day === 'string' && day > today ? unreadable('date_is_after_today', { value: day, today }) : day;
};

/** The day on which something happened: never after today. */
export const pastDay: Column<Day> = { role: 'plain', read: readPastDay };
export const optionalPastDay: Column<Day | undefined> = { role: 'plain', read: (cell, context) => (cell === '' ? undefined : readPastDay(cell, context)) };
/** A movement's day, which also may not go back along `posted_seq`. */
export const movementDay: Column<Day> = { role: 'movement_day', read: readPastDay };
/** A day that is planned (a campaign's, a pledge's due day) and may lie ahead. */
export const optionalPlannedDay: Column<Day | undefined> = { role: 'plain', read: (cell) => (cell === '' ? undefined : readDay(cell)) };

const DIGITS = /^[0-9]+$/;
const SIGNED = /^[+-]?[0-9]+$/;
// 19 digits hold 2^63 − 1; longer texts are not worth a BigInt.
const SIGNIFICANT = 19;

/** Digits only; leading zeros are digits too and change nothing. */
function readAmount(cell: string): Dong | Unreadable {
  if (!DIGITS.test(cell)) {
    const negative = /^-[0-9]+$/.test(cell);
    return negative ? unreadable('amount_is_not_positive', { value: shown(cell) }) : unreadable('amount_is_malformed', { value: shown(cell) });
  }
  const significant = cell.replace(/^0+(?=[0-9])/, '');
  const amount = significant.length > SIGNIFICANT ? LARGEST_AMOUNT + 1n : BigInt(significant);
  return amount > LARGEST_AMOUNT ? unreadable('amount_is_too_large', { value: shown(cell), largest: LARGEST_AMOUNT.toString() }) : amount;
}

const readPositiveAmount = (cell: string): Dong | Unreadable => {
  const amount = readAmount(cell);
  return amount === 0n ? unreadable('amount_is_not_positive', { value: shown(cell) }) : amount;
};

export const positiveAmount: Column<Dong> = { role: 'plain', read: readPositiveAmount };
/** May be 0: an opening balance, a principal, an award without money. */
export const amountOrZero: Column<Dong> = { role: 'plain', read: readAmount };
export const optionalAmount: Column<Dong | undefined> = { role: 'plain', read: (cell) => (cell === '' ? undefined : readAmount(cell)) };

/** An optional sign, then digits; not 0. */
export const signedAmount: Column<Dong> = {
  role: 'plain',
  read: (cell) => {
    if (!SIGNED.test(cell)) return unreadable('amount_is_malformed', { value: shown(cell) });
    const size = readAmount(cell.replace(/^[+-]/, ''));
    if (isUnreadable(size)) return size;
    if (size === 0n) return unreadable('delta_is_zero');
    return cell.startsWith('-') ? -size : size;
  },
};

function readWhole(cell: string, largest: number): number | Unreadable {
  if (!DIGITS.test(cell)) return unreadable('count_is_malformed', { value: shown(cell) });
  const value = Number(cell);
  return value > largest ? unreadable('count_is_too_large', { value: shown(cell), largest: String(largest) }) : value;
}

/** How many; not given counts as none. */
export const count: Column<number> = { role: 'plain', read: (cell) => (cell === '' ? 0 : readWhole(cell, LIMITS.count)) };
/** How many, where the row means nothing without it. */
export const requiredCount: Column<number> = { role: 'plain', read: (cell) => readWhole(cell, LIMITS.count) };

export const postedSequence: Column<number> = {
  role: 'sequence',
  read: (cell) => {
    const value = readWhole(cell, LIMITS.sequence);
    return isUnreadable(value) ? unreadable('posted_seq_is_malformed', { value: shown(cell) }) : value;
  },
};
