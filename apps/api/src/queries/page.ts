import { byteText, type ByteText } from '@ledger/kernel';
import { Problem } from '../http/problem.js';
import { WrittenAnswer } from '../http/written-answer.js';
import type { AsOf } from './answers.js';
import { cursorOf } from './cursor.js';

export interface Page<Item> extends AsOf {
  readonly items: readonly Item[];
  /** Give it as `after` for the page that follows; null where this was the last. */
  readonly next: string | null;
}

/** A page that is not full is the last one. */
export function pageOf<Row, Item>(rows: readonly Row[], limit: number, asOf: AsOf, keyOf: (row: Row) => readonly string[], item: (row: Row) => Item): Page<Item> {
  return { ...asOf, items: rows.map(item), next: nextOf(rows, limit, keyOf) };
}

export function nextOf<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => readonly string[]): string | null {
  const last = rows.at(-1);
  return last !== undefined && rows.length >= limit ? cursorOf(keyOf(last)) : null;
}

/** A page whose items are JSON already; `before` is what stands before them. */
export function writtenPage(before: object, asOf: AsOf, items: readonly ByteText[], next: string | null): WrittenAnswer {
  let text = `${byteText(JSON.stringify({ ...before, ...asOf })).slice(0, -1)},"items":[${items[0] ?? ''}`;
  // Added up, all of it is written once, when it leaves; `join` would write each item by itself first.
  for (let at = 1; at < items.length; at += 1) text += `,${items[at]!}`;
  return new WrittenAnswer(`${text}],"next":${JSON.stringify(next)}}` as ByteText);
}

export function foundOr404<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Problem(404, 'resource_not_found');
  return value;
}
