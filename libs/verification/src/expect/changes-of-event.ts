import type { LogRows, Occurrence } from './read-model-fold.js';
import type { Cell } from '../cells.js';
import type { TableName } from '../tables.js';

interface Change { readonly name: string; readonly key: readonly string[]; readonly amounts: (bigint | undefined)[]; other: string | undefined }

/** What one event changes, a row for each thing and day, numbered in the order of those; nothing is written for what it leaves alone. */
export class ChangesOfEvent {
  /** Few: an event changes one or two things. */
  private rows: Change[] = [];
  private readonly places: ReadonlyMap<string, number>;
  private readonly width: number;

  /** `hasOther`: the rows also name what stands on the other side. */
  constructor(private readonly table: TableName, measures: readonly string[], private readonly logged: LogRows, private readonly hasOther = false) {
    this.places = new Map(measures.map((measure, place) => [measure, place]));
    this.width = measures.length;
  }

  add(key: readonly string[], changes: Readonly<Record<string, bigint>>, other?: string): void {
    const name = key.join();
    let row = this.rows.find((one) => one.name === name);
    if (!row) this.rows.push((row = { name, key, amounts: new Array<bigint | undefined>(this.width).fill(undefined), other }));
    row.other ??= other;
    for (const measure in changes) {
      const place = this.places.get(measure);
      const amount = changes[measure];
      if (place === undefined || !amount) continue;
      const sum = (row.amounts[place] ?? 0n) + amount;
      row.amounts[place] = sum === 0n ? undefined : sum;
    }
  }

  /** Says which rows the event that was taken should have, and forgets them. */
  tell(occurrence: Occurrence): void {
    if (this.rows.length === 0) return;
    if (this.rows.length > 1) this.rows.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const [line, { key, amounts, other }] of this.rows.entries()) {
      const cells: Cell[] = [occurrence.position, line, ...key];
      if (this.hasOther) cells.push(other);
      for (const amount of amounts) cells.push(amount);
      this.logged.expect(this.table, cells, occurrence);
    }
    this.rows = [];
  }
}
