import type { Column, ReadingContext } from './columns.js';

/** Values of one column that are held once for all rows that have them. */
const VALUES_SHARED = 20_000;
/** A part of a text that is shorter is copied by the engine; a longer one keeps the whole that it is a part of. */
const SHORTEST_PART = 13;

/**
 * Reads the cells of one column, to be held in memory: what many rows have in common (a day, an amount, the code of a
 * fund) is held once, and nothing keeps the piece of the file that it was cut from. A row then takes a third of the
 * memory, and most cells are not read again.
 */
export class CellReader {
  private readonly known: Map<string, unknown> | undefined;

  constructor(
    private readonly column: Column<unknown>,
    private readonly context: ReadingContext,
  ) {
    const { role } = column;
    this.known = role === 'code' || role === 'number' || role === 'sequence' ? undefined : new Map();
  }

  read(text: string): unknown {
    const known = this.known?.get(text);
    if (known !== undefined) return known;
    const value = this.column.read(text, this.context);
    if (typeof value !== 'string' && typeof value !== 'bigint') return value;
    const kept = value === text ? detached(value) : value;
    if (this.known && this.known.size < VALUES_SHARED) this.known.set(detached(text), kept);
    return kept;
  }
}

function detached(text: string): string {
  return text.length < SHORTEST_PART ? text : Buffer.from(text).toString();
}
