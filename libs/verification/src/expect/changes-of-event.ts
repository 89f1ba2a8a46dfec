import type { LogRows, Occurrence } from './read-model-fold.js';
import type { Cell } from '../cells.js';
import type { TableName } from '../tables.js';

interface Change { readonly key: readonly string[]; readonly amounts: Map<string, bigint>; other: string | undefined }

/** What one event changes, a row for each thing and day, numbered in the order of those; nothing is written for what it leaves alone. */
export class ChangesOfEvent {
  private readonly rows = new Map<string, Change>();

  /** `hasOther`: the rows also name what stands on the other side. */
  constructor(private readonly table: TableName, private readonly measures: readonly string[], private readonly logged: LogRows, private readonly hasOther = false) {}

  add(key: readonly string[], changes: Readonly<Record<string, bigint>>, other?: string): void {
    const name = key.join();
    const row = this.rows.get(name) ?? { key, amounts: new Map<string, bigint>(), other };
    this.rows.set(name, row);
    row.other ??= other;
    for (const [measure, amount] of Object.entries(changes)) row.amounts.set(measure, (row.amounts.get(measure) ?? 0n) + amount);
  }

  /** Says which rows the event that was taken should have, and forgets them. */
  tell(occurrence: Occurrence): void {
    for (const [line, name] of [...this.rows.keys()].sort().entries()) {
      const { key, amounts, other } = this.rows.get(name)!;
      const cells: Cell[] = [occurrence.position, line, ...key, ...(this.hasOther ? [other] : []), ...this.measures.map((measure) => amounts.get(measure) || undefined)];
      this.logged.expect(this.table, cells, occurrence);
    }
    this.rows.clear();
  }
}
