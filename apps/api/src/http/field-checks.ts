import { LARGEST_AMOUNT, parseDay } from '@ledger/kernel';

/** What is wrong with a value: a stable code, and figures for its text. `at` is a JSON Pointer below the value. */
export interface Fault {
  readonly code: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly at?: string;
}

/** Looks at one value; undefined where nothing is wrong. Never throws, whatever it is given. */
export type Check = (value: unknown) => Fault | undefined;

/** As many as an imported code may have: whatever is in the ledger can be named here. */
export const LONGEST_CODE = 200;
export const LONGEST_NAME = 200;
export const LONGEST_TEXT = 2000;
export const LARGEST_COUNT = 1_000_000_000;

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_LINES = /[^\P{Cc}\n\r\t]/u;
const WHOLE = /^(0|[1-9][0-9]*)$/;

function characters(text: string): number {
  return text.length <= LONGEST_CODE ? text.length : [...text.slice(0, 2 * LONGEST_TEXT + 2)].length;
}

function textOf(longest: number, control: RegExp, trimmed: boolean): Check {
  return (value) => {
    if (typeof value !== 'string') return { code: 'not_a_text' };
    if (value.trim() === '') return { code: 'text_empty' };
    if (characters(value) > longest) return { code: 'text_too_long', details: { limit: String(longest) } };
    if (control.test(value)) return { code: 'text_has_control_characters' };
    return trimmed && value !== value.trim() ? { code: 'text_not_trimmed' } : undefined;
  };
}

export const checkCode = textOf(LONGEST_CODE, CONTROL, true);
export const checkName = textOf(LONGEST_NAME, CONTROL, true);
export const checkText = textOf(LONGEST_TEXT, CONTROL_BUT_LINES, false);

/** An amount as a decimal string of whole đồng. A JSON number is refused: beyond 2^53 it would not be what was written. */
function amountOf(allows: 'above_zero' | 'zero_too' | 'signed'): Check {
  return (value) => {
    if (typeof value === 'number') return { code: 'amount_is_a_number' };
    if (typeof value !== 'string') return { code: 'not_a_text' };
    const negative = value.startsWith('-');
    const digits = negative ? value.slice(1) : value;
    if (/^[0-9]+[.,][0-9]*$/.test(digits)) return { code: 'amount_not_whole' };
    if (!WHOLE.test(digits) || (negative && digits === '0')) return { code: 'amount_malformed' };
    if (negative && allows !== 'signed') return { code: 'amount_negative' };
    if (digits === '0' && allows !== 'zero_too') return { code: 'amount_zero' };
    if (digits.length > 19 || BigInt(digits) > LARGEST_AMOUNT) return { code: 'amount_too_large', details: { limit: String(LARGEST_AMOUNT) } };
    return undefined;
  };
}

export const checkAmount = amountOf('above_zero');
export const checkAmountOrZero = amountOf('zero_too');
export const checkSignedAmount = amountOf('signed');

export const checkDay: Check = (value) => {
  if (typeof value !== 'string' || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return { code: 'date_malformed' };
  return parseDay(value) === undefined ? { code: 'date_not_in_calendar' } : undefined;
};

/** A whole number from `least` to `most`. */
export function checkCount(least: number, most: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : { code: 'count_out_of_range', details: { least: String(least), most: String(most) } };
}

export function checkChoice(choices: readonly string[]): Check {
  return (value) =>
    typeof value === 'string' && choices.includes(value) ? undefined : { code: 'not_in_list', details: { list: choices.join(', ') } };
}

/** A reference as text; what it refers to is found out when the command is handled. */
export const checkReference: Check = (value) => {
  if (typeof value !== 'string') return { code: 'not_a_text' };
  if (value.length > 2 * LONGEST_CODE + 1 || CONTROL.test(value) || !/^([0-9a-f-]{36}|[^:]+:.+)$/u.test(value)) return { code: 'reference_malformed' };
  return undefined;
};
