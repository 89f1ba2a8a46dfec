import type { RecordedEvent } from '@ledger/kernel';

/** Where in the log something comes from. */
export interface EventPlace {
  readonly stream: string;
  readonly revision: string;
  readonly type: string;
  readonly position: string;
}

export interface ColumnDifference { readonly column: string; readonly found: string; readonly expected: string }

/** Something that is not as the log says, or that does not add up. */
export interface Difference {
  readonly kind: 'row_differs' | 'row_missing' | 'row_unexpected' | 'checkpoint' | 'table' | 'invariant';
  /** The read model; empty where the log itself is at fault. */
  readonly projection: string;
  readonly table?: string;
  /** Column → value of what the row is found by. */
  readonly row?: Readonly<Record<string, string>>;
  readonly columns?: readonly ColumnDifference[];
  /** What is wrong, in a sentence, where it is not a matter of one row's columns. */
  readonly sentence?: string;
  /** The event that makes the row, or the last one that changed it. */
  readonly event?: EventPlace;
}

export function placeOf({ stream, revision, type, position }: RecordedEvent): EventPlace {
  return { stream, revision: revision.toString(), type, position: position.toString() };
}

/** Keeps the first differences and counts the rest. */
export class Differences {
  readonly kept: Difference[] = [];
  count = 0;

  constructor(private readonly limit: number) {}

  add(difference: Difference): void {
    this.count += 1;
    if (this.kept.length < this.limit) this.kept.push(difference);
  }
}
