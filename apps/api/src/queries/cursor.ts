import { invalidInput } from '../http/problem.js';

/** An imported code may be longer than one that is registered here. */
const LONGEST_CURSOR = 12_000;

/** Where a page ended, as text that a client sends back unread. */
export function cursorOf(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a cursor, each of which must have its form. Throws a Problem: a cursor is input like any other. */
export function partsOf(cursor: string, forms: readonly RegExp[]): readonly string[] {
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

export const DAY_FORM = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
export const NUMBER_FORM = /^-?[0-9]{1,19}$/;
export const CODE_FORM = /^[^\u0000]+$/;
export const UUID_FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
