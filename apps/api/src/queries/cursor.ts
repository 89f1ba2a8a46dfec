import { parseDay } from '@ledger/kernel';
import { invalidInput } from '../http/problem.js';

/** Two of the longest codes and an id, each character escaped. */
const LONGEST_CURSOR = 12_000;

/** Where a page ended, as text that a client sends back unread. */
export function cursorOf(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a cursor, each of which must have its form. Throws a Problem: a cursor is input like any other. */
export function partsOf(cursor: string, forms: readonly Form[]): readonly string[] {
  const parts = cursor.length <= LONGEST_CURSOR ? parsed(cursor) : undefined;
  const fits = Array.isArray(parts) && parts.length === forms.length
    && forms.every((form, index) => typeof parts[index] === 'string' && form.test(parts[index] as string));
  if (!fits) throw invalidInput([{ parameter: 'after', code: 'cursor_malformed' }]);
  return parts as readonly string[];
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** What a part of a cursor must look like, so that the database can read it. */
interface Form { test(part: string): boolean }

export const DAY_FORM: Form = { test: (part) => parseDay(part) !== undefined };
/** A whole number of 64 bits. */
export const NUMBER_FORM: Form = { test: (part) => /^-?[0-9]{1,19}$/.test(part) && BigInt.asIntN(64, BigInt(part)) === BigInt(part) };
export const CODE_FORM: Form = /^[^\u0000]+$/;
export const UUID_FORM: Form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
