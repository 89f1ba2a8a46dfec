import { BETWEEN, type Cell } from '../cells.js';
import type { EventAt } from '../differences.js';
import type { TableName } from '../tables.js';
import type { Amount } from './sums.js';

/** What one row of a keyed table should be, and the event that made it or changed it last. */
export interface ExpectedRow {
  readonly table: TableName;
  readonly key: string;
  readonly cells: Cell[];
  readonly place: EventAt;
  /** The row as one text, where that is at hand without its cells. */
  readonly text?: string;
  /** The column of which the log does not say what it should be. */
  readonly untold?: number;
}

/** A row of sums, of which mostly few are anything but 0: its cells are made only where somebody looks at them. */
export class SummedRow implements ExpectedRow {
  readonly place: EventAt;

  /** `amounts` are those that are not 0, by measure, in order. */
  constructor(readonly table: TableName, readonly key: string, position: bigint, private readonly amounts: readonly (readonly [measure: number, amount: Amount])[], private readonly width: number) {
    this.place = { position };
  }

  get text(): string {
    let text = this.key;
    let next = 0;
    for (const [measure, amount] of this.amounts) {
      if (amount === 0n) continue;
      text += zeros(measure - next) + BETWEEN + amount;
      next = measure + 1;
    }
    return text + zeros(this.width - next);
  }

  get cells(): Cell[] {
    const values = new Array<bigint>(this.width).fill(0n);
    for (const [measure, amount] of this.amounts) values[measure] = BigInt(amount);
    return [...this.key.split(BETWEEN), ...values];
  }
}

const ZEROS: string[] = [];

function zeros(count: number): string {
  return (ZEROS[count] ??= `${BETWEEN}0`.repeat(count));
}
