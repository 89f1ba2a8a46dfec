import { CellReader } from './cell-reader.js';
import { isUnreadable, shown, type Column, type ReadingContext, type Unreadable } from './columns.js';
import { CsvRows, type CsvRow } from './csv-rows.js';
import type { Faults } from './faults.js';
import { columnsOf, csvName, type FileName } from './format.js';
import { LIMITS, type Limits } from './limits.js';
import type { SetSource } from './source.js';
import type { Row, Table } from './table.js';
import { LineTooLong, textLines, type BrokenText } from './text-lines.js';

export interface ReadingSession extends ReadingContext {
  readonly source: SetSource;
  readonly faults: Faults;
  readonly limits: Limits;
  /** Bytes and rows that may still be read, over all files. */
  bytesLeft: number;
  rowsLeft: number;
}

/** Reads one file of a set. Every fault goes to `session.faults`; what is sound comes back. */
export async function readTable<File extends FileName>(file: File, session: ReadingSession): Promise<Table<File>> {
  const reader = new TableReader(file, session);
  const complete = await readLines(file, session, reader);
  const { rows, strayCells } = reader;
  return { file, rows: rows as Row<File>[], complete: complete && reader.complete, strayCells };
}

async function readLines(file: FileName, session: ReadingSession, reader: TableReader): Promise<boolean> {
  const { source, faults, limits } = session;
  const opened = await source.open(csvName(file));
  if (opened.kind === 'missing') faults.add('file_is_missing', { file });
  if (opened.kind === 'unreadable') faults.add('file_is_not_readable', { file }, { why: opened.why });
  if (opened.kind !== 'found') return false;
  if (opened.bytes > session.bytesLeft) {
    faults.add('file_is_too_large', { file }, { bytes: String(opened.bytes), largest: String(limits.bytes) });
    return false;
  }
  session.bytesLeft -= opened.bytes;
  const csv = new CsvRows((row) => reader.row(row), limits);
  try {
    for await (const block of textLines(opened.read(), limits)) {
      for (const [line, what] of block.broken) reader.brokenText(line, what);
      block.lines.forEach((text, index) => csv.line(block.firstLine + index, text));
      if (csv.stopped || reader.full) break;
    }
  } catch (error) {
    if (!(error instanceof LineTooLong)) {
      faults.add('file_is_not_readable', { file }, { why: error instanceof Error ? error.message : String(error) });
      return false;
    }
    faults.add('row_is_too_long', { file, line: error.line }, { largest: String(limits.rowCharacters) });
    return false;
  }
  csv.end();
  if (csv.stopped) faults.add('too_many_broken_quotes', { file });
  reader.end();
  return !csv.stopped;
}

/** What the cells of one column are, and how long they may be. */
interface Cell {
  readonly name: string;
  readonly largest: number;
  readonly reader: CellReader;
}

/** Turns CSV rows into typed ones, header first. */
class TableReader {
  readonly rows: Row<FileName>[] = [];
  readonly strayCells = new Set<string>();
  complete = true;
  full = false;
  private readonly columns: readonly (readonly [string, Column<unknown>])[];
  /** For each cell of a row, what it is. Undefined until the header was read, or where it cannot be used. */
  private layout: readonly Cell[] | undefined;
  private header: readonly string[] | undefined;
  private readonly broken = new Map<number, BrokenText>();

  constructor(
    private readonly file: FileName,
    private readonly session: ReadingSession,
  ) {
    this.columns = columnsOf(file);
  }

  brokenText(line: number, what: BrokenText): void {
    this.broken.set(line, what);
  }

  row(row: CsvRow): void {
    if (!this.header) return this.readHeader(row);
    if (this.full) return;
    this.session.rowsLeft -= 1;
    if (this.session.rowsLeft < 0) return this.stopAt(row);
    const sound = this.checkText(row) && this.checkShape(row, this.header.length);
    if (!sound) this.keepStray(row);
    else if (this.layout) this.readCells(row, this.layout);
  }

  private stopAt(row: CsvRow): void {
    this.full = true;
    this.complete = false;
    // Said once, though the files after this one are cut short as well.
    if (this.session.rowsLeft === -1) this.fault('too_many_rows', row.line, undefined, { largest: String(this.session.limits.rows) });
  }

  end(): void {
    if (!this.header) {
      this.complete = false;
      this.fault('header_is_missing', 1);
    }
    for (const [line, what] of this.broken) this.fault(what, line);
  }

  private fault(code: Parameters<Faults['add']>[0], line: number, column?: string, details: Readonly<Record<string, string>> = {}): void {
    this.session.faults.add(code, { file: this.file, line, column }, details);
  }

  private readHeader({ cells, fault, line, lastLine }: CsvRow): void {
    this.header = cells;
    const before = this.session.faults.count;
    if (fault) this.fault(fault, 1);
    else if (cells.length === 1 && cells[0] === '') this.fault('header_is_missing', 1);
    else if (!this.textIsBroken(line, lastLine)) this.checkColumns(cells);
    this.complete = this.session.faults.count === before && !this.textIsBroken(line, lastLine);
    if (this.complete) {
      const byName = new Map(this.columns.map((entry) => [entry[0], entry]));
      const { codeCharacters, fieldCharacters } = this.session.limits;
      this.layout = cells.map((name) => {
        const column = byName.get(name)![1];
        const largest = column.role === 'code' || column.role === 'number' ? codeCharacters : fieldCharacters;
        return { name, largest, reader: new CellReader(column, this.session) };
      });
    }
  }

  private checkColumns(names: readonly string[]): void {
    const seen = new Set<string>();
    const known = new Set(this.columns.map(([name]) => name));
    for (const name of names) {
      const column = shown(name);
      if (!known.has(name)) this.fault('column_is_unknown', 1, column, { column });
      else if (seen.has(name)) this.fault('column_is_repeated', 1, column, { column });
      seen.add(name);
    }
    for (const name of known) if (!seen.has(name)) this.fault('column_is_missing', 1, name, { column: name });
  }

  private textIsBroken(line: number, lastLine: number): boolean {
    for (let at = line; at <= lastLine; at += 1) if (this.broken.has(at)) return true;
    return false;
  }

  /** Broken text is blamed on its own line and, where it can be told, on its column. */
  private checkText(row: CsvRow): boolean {
    let sound = true;
    for (let at = row.line; this.broken.size > 0 && at <= row.lastLine; at += 1) {
      const what = this.broken.get(at);
      if (!what) continue;
      sound = false;
      this.broken.delete(at);
      const cell = row.cells.findIndex((text) => text.includes(what === 'text_has_nul' ? '\u0000' : '\ufffd'));
      this.fault(what, at, this.layout?.[cell]?.name);
    }
    return sound;
  }

  private checkShape(row: CsvRow, columns: number): boolean {
    if (row.fault) {
      this.fault(row.fault, row.line, undefined, { largest: String(this.session.limits.rowCharacters) });
      return false;
    }
    if (row.cells.length === columns) return true;
    if (this.layout) this.fault('row_has_wrong_length', row.line, undefined, { cells: String(row.cells.length), columns: String(columns) });
    return false;
  }

  private keepStray(row: CsvRow): void {
    for (const cell of row.cells.slice(0, 64)) this.strayCells.add(cell);
    this.rows.push({ line: row.line, sound: false, values: {} });
  }

  private readCells(row: CsvRow, layout: readonly Cell[]): void {
    const values: Record<string, unknown> = {};
    let sound = true;
    row.cells.forEach((text, index) => {
      const { name, largest, reader } = layout[index]!;
      const value = text.length > largest ? tooLong(text, largest) : reader.read(text);
      if (isUnreadable(value)) {
        sound = false;
        this.fault(value.code, row.line, name, value.details);
      } else {
        values[name] = value;
      }
    });
    this.rows.push({ line: row.line, sound, values } as Row<FileName>);
  }
}

function tooLong(text: string, largest: number): Unreadable {
  return { code: 'field_is_too_long', details: { characters: String(text.length), largest: String(largest) } };
}
