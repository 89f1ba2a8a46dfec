import type { RecordedEvent } from '@ledger/kernel';

/** Where in the log something comes from. */
export interface EventPlace {
  readonly stream: string;
  readonly revision: bigint;
  readonly type: string;
  readonly position: bigint;
}

/** An event of which only the position is known yet: rows of sums keep no more of the event that changed them last. */
export type EventAt = Pick<EventPlace, 'position'>;

export interface ColumnDifference { readonly column: string; readonly found: string; readonly expected: string }

/** In the order in which they are told. */
export const DIFFERENCE_KINDS = ['log', 'table', 'checkpoint', 'row_differs', 'row_missing', 'row_unexpected', 'invariant'] as const;

/** Something that is not as the log says, or that does not add up. */
export interface Difference {
  /** `log`: the log itself is at fault; `invariant`: rows that do not add up among themselves. */
  readonly kind: (typeof DIFFERENCE_KINDS)[number];
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

/** A difference as it is come upon. */
export type Noted = Omit<Difference, 'event'> & { readonly event?: EventPlace | EventAt };

/** Differences of one kind in one table, or of one kind in a read model. `count` is all of them, also those not kept. */
export interface DifferenceGroup {
  readonly kind: Difference['kind'];
  readonly projection: string;
  readonly table: string | undefined;
  readonly count: number;
  readonly differences: readonly Difference[];
}

export function placeOf({ stream, revision, type, position }: RecordedEvent): EventPlace {
  return { stream, revision, type, position };
}

interface Group { readonly kind: Difference['kind']; readonly projection: string; readonly table: string | undefined; count: number; readonly differences: Noted[] }

/** Keeps the first differences of each kind in each table and counts the rest: thousands of one do not hide the only one of another. */
export class Differences {
  private readonly groups = new Map<string, Group>();
  count = 0;

  /** At most so many are kept of each kind and table. */
  constructor(private readonly keepOfEach: number) {}

  add(difference: Noted): void {
    const { kind, projection, table } = difference;
    const name = `${kind} ${projection} ${table ?? ''}`;
    let group = this.groups.get(name);
    if (!group) this.groups.set(name, (group = { kind, projection, table, count: 0, differences: [] }));
    this.count += 1;
    group.count += 1;
    if (group.differences.length < this.keepOfEach) group.differences.push(difference);
  }

  /** What was found, faults of the log first, then by kind, then as found. `eventAt` reads an event from the log. */
  async inOrder(eventAt: (position: bigint) => Promise<RecordedEvent | undefined>): Promise<readonly DifferenceGroup[]> {
    const told = async ({ event, ...rest }: Noted): Promise<Difference> => {
      if (event === undefined || 'stream' in event) return event === undefined ? rest : { ...rest, event };
      const recorded = await eventAt(event.position);
      return recorded === undefined ? rest : { ...rest, event: placeOf(recorded) };
    };
    const groups: DifferenceGroup[] = [];
    for (const group of [...this.groups.values()].sort((a, b) => DIFFERENCE_KINDS.indexOf(a.kind) - DIFFERENCE_KINDS.indexOf(b.kind))) {
      const differences: Difference[] = [];
      for (const difference of group.differences) differences.push(await told(difference));
      groups.push({ ...group, differences });
    }
    return groups;
  }
}
