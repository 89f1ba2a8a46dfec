import { Problem } from '../http/problem.js';
import type { AsOf } from './answers.js';
import { cursorOf } from './cursor.js';

export interface Page<Item> extends AsOf {
  readonly items: readonly Item[];
  /** Give it as `after` for the page that follows; null where this was the last. */
  readonly next: string | null;
}

/** A page that is not full is the last one. */
export function pageOf<Row, Item>(rows: readonly Row[], limit: number, asOf: AsOf, keyOf: (row: Row) => readonly string[], item: (row: Row) => Item): Page<Item> {
  const last = rows.at(-1);
  return { ...asOf, items: rows.map(item), next: last !== undefined && rows.length >= limit ? cursorOf(keyOf(last)) : null };
}

export function foundOr404<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Problem(404, 'resource_not_found');
  return value;
}
