import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { csvName, FILE_NAMES, FORMAT, type FileName } from '@ledger/dataset';
import type { MadeRow } from './made-row.js';

const WAITING_CHARACTERS = 256 * 1024;
const NEEDS_QUOTES = /[",\r\n]/;

/** The CSV files of one set, written row by row. Memory is bounded by a quarter of a million characters a file. */
export class CsvFiles {
  rows = 0;
  private readonly files: Readonly<Record<FileName, CsvFile>>;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.files = Object.fromEntries(FILE_NAMES.map((file) => [file, new CsvFile(join(folder, csvName(file)), Object.keys(FORMAT[file]))])) as Record<FileName, CsvFile>;
  }

  write(row: MadeRow): void {
    this.rows += 1;
    this.files[row.file].write(row.values as Readonly<Record<string, unknown>>);
  }

  close(): void {
    for (const file of Object.values(this.files)) file.close();
  }
}

class CsvFile {
  private readonly descriptor: number;
  private waiting: string;

  constructor(path: string, private readonly columns: readonly string[]) {
    this.descriptor = openSync(path, 'w');
    this.waiting = `${columns.join(',')}\n`;
  }

  write(values: Readonly<Record<string, unknown>>): void {
    const { columns } = this;
    let line = cell(values[columns[0]!]);
    for (let at = 1; at < columns.length; at += 1) line += `,${cell(values[columns[at]!])}`;
    this.waiting += `${line}\n`;
    if (this.waiting.length > WAITING_CHARACTERS) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    const bytes = Buffer.from(this.waiting);
    this.waiting = '';
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
  }
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  return NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
