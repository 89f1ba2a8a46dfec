import { LIMITS, type Limits } from './limits.js';

export interface CsvRow {
  /** Where the row starts; a quoted field may carry it over several lines. */
  readonly line: number;
  readonly lastLine: number;
  readonly cells: readonly string[];
  /** What broke the row; its cells are then a guess, good for nothing but telling which codes it may have held. */
  readonly fault?: 'quote_is_not_closed' | 'quote_is_misplaced' | 'row_is_too_long';
}

interface OpenRow {
  readonly line: number;
  readonly lines: string[];
  readonly cells: string[];
  cell: string;
  inQuotes: boolean;
  characters: number;
}

type Scan = 'whole' | 'open' | 'misplaced';

/**
 * RFC 4180 rows out of numbered lines. After a broken quote reading goes on at the line below the row's first, so that
 * one slip does not swallow the file; after `limits.brokenQuotes` of them it stops.
 *
 * Written here because a fault has to name the line where its row starts, and reading has to go on behind it.
 */
export class CsvRows {
  private row: OpenRow | undefined;
  private brokenQuotes = 0;

  constructor(
    private readonly accept: (row: CsvRow) => void,
    private readonly limits: Limits = LIMITS,
  ) {}

  /** True once the file's rest is not worth reading. */
  get stopped(): boolean {
    return this.brokenQuotes >= this.limits.brokenQuotes;
  }

  line(number: number, text: string): void {
    if (this.stopped) return;
    if (text.length > this.limits.rowCharacters) return this.tooLong(number, text);
    if (!this.row && !text.includes('"')) {
      this.accept({ line: number, lastLine: number, cells: withoutReturn(text).split(',') });
      return;
    }
    const row = (this.row ??= { line: number, lines: [], cells: [], cell: '', inQuotes: false, characters: 0 });
    row.lines.push(text);
    row.characters += text.length + 1;
    const scan = scanLine(row, text);
    if (scan === 'whole') {
      this.row = undefined;
      this.accept({ line: row.line, lastLine: number, cells: row.cells });
    } else if (scan === 'misplaced') {
      this.broken(row, row.lines.length > 1 ? 'quote_is_not_closed' : 'quote_is_misplaced');
    } else if (row.characters > this.limits.rowCharacters) {
      this.broken(row, 'quote_is_not_closed');
    }
  }

  end(): void {
    while (this.row) this.broken(this.row, 'quote_is_not_closed');
  }

  private broken(row: OpenRow, fault: 'quote_is_not_closed' | 'quote_is_misplaced'): void {
    this.row = undefined;
    this.brokenQuotes += 1;
    this.accept({ line: row.line, lastLine: row.line, cells: guessedCells(row.lines[0] ?? ''), fault });
    row.lines.slice(1).forEach((text, index) => this.line(row.line + 1 + index, text));
  }

  private tooLong(number: number, text: string): void {
    if (this.row) this.broken(this.row, 'quote_is_not_closed');
    this.accept({ line: number, lastLine: number, cells: guessedCells(text.slice(0, this.limits.fieldCharacters)), fault: 'row_is_too_long' });
  }
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function guessedCells(text: string): string[] {
  return withoutReturn(text).split(',').map((cell) => cell.replaceAll('"', ''));
}

/** Reads one more line of a row that has quotes. */
function scanLine(row: OpenRow, text: string): Scan {
  let at = 0;
  if (row.inQuotes) row.cell += '\n';
  for (;;) {
    if (row.inQuotes) {
      const quote = text.indexOf('"', at);
      if (quote < 0) {
        row.cell += text.slice(at);
        return 'open';
      }
      row.cell += text.slice(at, quote);
      at = quote + 1;
      if (text[at] === '"') {
        row.cell += '"';
        at += 1;
        continue;
      }
      row.inQuotes = false;
      row.cells.push(row.cell);
      row.cell = '';
      if (withoutReturn(text).length <= at) return 'whole';
      if (text[at] !== ',') return 'misplaced';
      at += 1;
    } else if (text[at] === '"') {
      row.inQuotes = true;
      at += 1;
    } else {
      const comma = text.indexOf(',', at);
      const cell = comma < 0 ? withoutReturn(text.slice(at)) : text.slice(at, comma);
      if (cell.includes('"')) return 'misplaced';
      row.cells.push(cell);
      if (comma < 0) return 'whole';
      at = comma + 1;
    }
  }
}
