import { MeasurePlaces } from './amount.js';
import type { Amount, Changes } from './amount.js';
import { insertRows } from './bulk-rows.js';
import type { Cell, Columns } from './bulk-rows.js';
import type { Transaction } from './projection.js';
import { uniqueKey } from './unique-key.js';
import { unsearched } from './unsearched.js';

/**
 * How much of the log one block covers, in positions: so much that days have few rows however the log is mixed, and so
 * little that what an old instant leaves to add up stays bounded.
 */
export const KNOWN_BLOCK = 1n << 30n;

/** The number of the block that a position lies in. Sums that carry it can be added up for any prefix of whole blocks. */
export function knownBlockOf(position: bigint): string {
  return (position / KNOWN_BLOCK).toString();
}

/** How sums of blocks and single changes make what was known: the blocks below `blocks`, more or less the changes at `from` ≤ position < `to`. */
export interface KnownCut {
  readonly blocks: string;
  /** Whether the changes come off again: they are those of the cut block that were not known. */
  readonly isLess: boolean;
  readonly from: string;
  readonly to: string;
}

/** What was known lies before `before`; the log is known to go to `through`. Takes the shorter part of the block that is cut, or the part that was known. */
export function knownCut(before: string, through: bigint | undefined, part: 'shorter' | 'known' = 'shorter'): KnownCut {
  const end = BigInt(before);
  const block = end / KNOWN_BLOCK;
  const [start, next] = [block * KNOWN_BLOCK, (block + 1n) * KNOWN_BLOCK];
  const last = through === undefined || through >= next ? next : through + 1n;
  if (part === 'shorter' && last - end < end - start) return { blocks: (block + 1n).toString(), isLess: true, from: before, to: next.toString() };
  return { blocks: block.toString(), isLess: false, from: start.toString(), to: before };
}

/** Amounts stand at their measures' places. */
interface Line { readonly key: readonly string[]; beside: Cell; readonly amounts: (Amount | undefined)[] }

/**
 * What every event changed, one row for each thing and day, in the log's order: what completes sums of whole blocks to
 * those of any prefix of the log. Nothing is ever updated here. A measure that the event left as it was is null.
 */
export class ChangeTable<Measure extends string> {
  private readonly columns: Columns;

  /** Rows of an event are numbered in the order of their `key`. `beside` may be null and is no part of the key. */
  constructor(private readonly key: Columns, private readonly measures: readonly Measure[], private readonly beside: Columns = {}) {
    this.columns = { position: 'bigint', line: 'smallint', ...key, ...beside };
  }

  definition(schema: string): string {
    const given = Object.entries(this.columns).map(([name, type]) => `${name} ${type}${name in this.beside ? '' : ' NOT NULL'}`);
    return `CREATE TABLE ${schema}.change (${[...given, ...this.measures.map((measure) => `${measure} numeric`)].join(', ')}); ${unsearched(`${schema}.change`, this.measures)}`;
  }

  indexes(schema: string): string[] {
    return [uniqueKey(schema, 'change', `${Object.keys(this.key)[0]}, position, line`)];
  }

  collect(): ChangeRows<Measure> {
    return new ChangeRows(this.measures);
  }

  /** Sends only the measures that something changed. */
  async add(transaction: Transaction, schema: string, rows: ChangeRows<Measure>): Promise<void> {
    const changed = rows.changed();
    const hasBeside = Object.keys(this.beside).length > 0;
    const first = Object.keys(this.columns).length;
    const cells: Cell[][] = [];
    for (const { position, lines } of rows.events) {
      if (lines.length > 1) lines.sort(byKey);
      for (const [line, { key, beside, amounts }] of lines.entries()) {
        const row = new Array<Cell>(first + changed.length);
        row[0] = position;
        row[1] = line;
        for (let part = 0; part < key.length; part += 1) row[2 + part] = key[part];
        if (hasBeside) row[first - 1] = beside;
        // What adds up to nothing is null too.
        for (let place = 0; place < changed.length; place += 1) row[first + place] = amounts[place] || undefined;
        cells.push(row);
      }
    }
    await insertRows(transaction, `${schema}.change`, { ...this.columns, ...Object.fromEntries(changed.map((measure) => [measure, 'numeric'])) }, cells);
  }
}

function byKey(a: { readonly key: readonly string[] }, b: { readonly key: readonly string[] }): number {
  const place = a.key.findIndex((part, at) => part !== b.key[at]);
  return (a.key[place] ?? '') < (b.key[place] ?? '') ? -1 : 1;
}

/** Changes by event, in the log's order; those of one event to the same thing on the same day are one row. */
export class ChangeRows<Measure extends string> {
  readonly events: { readonly position: bigint; readonly lines: Line[] }[] = [];
  private readonly places: MeasurePlaces;

  constructor(measures: readonly Measure[]) {
    this.places = new MeasurePlaces(measures);
  }

  /** The measures that any of them changes. */
  changed(): Measure[] {
    return this.places.names as Measure[];
  }

  /** Events come one after another, each with all that it changes. */
  add(position: bigint, key: readonly string[], changes: Changes<Measure>, beside?: Cell): void {
    let event = this.events.at(-1);
    if (event?.position !== position) this.events.push((event = { position, lines: [] }));
    let line = event.lines.find((one) => one.key.every((part, place) => part === key[place]));
    if (!line) event.lines.push((line = { key, beside, amounts: [] }));
    line.beside ??= beside;
    this.places.add(line.amounts, changes);
  }
}
