import { shown } from '../columns.js';
import type { Faults } from '../faults.js';
import { columnsOf, FILE_NAMES, type FileName } from '../format.js';
import { markFaulty, type DataSet, type Row } from '../table.js';

interface UnknownCode {
  readonly file: FileName;
  readonly row: Row<FileName>;
  readonly column: string;
  readonly value: string;
}

interface KnownCodes {
  readonly codes: ReadonlySet<string>;
  /** Rows that have lost their own code: it is empty, or another row's. */
  readonly lost: number;
}

/**
 * Every code names a row of its file. One slip is one fault, not one for each row that refers to it: faulty rows count
 * as there, a file that could not be read whole is not asked, and where as many rows have lost their code as codes are
 * missing, the loss alone is reported.
 */
export function checkReferences(set: DataSet, faults: Faults): void {
  for (const names of FILE_NAMES) {
    const known = set[names].complete ? codesIn(set, names) : undefined;
    if (!known) continue;
    const unknown = unknownIn(set, names, known.codes);
    const explained = new Set(unknown.map(({ value }) => value)).size <= known.lost;
    for (const { file, row, column, value } of unknown) {
      markFaulty(row);
      if (!explained) faults.add('code_is_unknown', { file, line: row.line, column }, { value: shown(value), names });
    }
  }
}

function unknownIn(set: DataSet, names: FileName, codes: ReadonlySet<string>): UnknownCode[] {
  const unknown: UnknownCode[] = [];
  for (const file of FILE_NAMES) {
    for (const [column, spec] of columnsOf(file)) {
      if (spec.role !== 'reference' || spec.names !== names) continue;
      for (const row of set[file].rows) {
        const value = cell(row, column);
        if (value !== undefined && !codes.has(value)) unknown.push({ file, row, column, value });
      }
    }
  }
  return unknown;
}

function codesIn(set: DataSet, file: FileName): KnownCodes {
  const { rows, strayCells } = set[file];
  const codes = new Set<string>();
  let lost = 0;
  const own = file === 'donations' ? 'receipt_no' : 'code';
  for (const row of rows) {
    const code = cell(row, own);
    if (code === undefined || codes.has(code)) lost += 1;
    else codes.add(code);
  }
  for (const stray of strayCells) codes.add(stray);
  return { codes, lost };
}

function cell(row: Row<FileName>, column: string): string | undefined {
  const value = (row.values as Readonly<Record<string, unknown>>)[column];
  return typeof value === 'string' ? value : undefined;
}
