import { shown } from '../columns.js';
import type { FaultCode } from '../fault-codes.js';
import type { Faults } from '../faults.js';
import { columnsOf, csvName, FILE_NAMES, type FileName } from '../format.js';
import { markFaulty, type DataSet, type Row } from '../table.js';

interface FirstUse {
  readonly file: FileName;
  readonly line: number;
}

const REPEATED = {
  code: 'code_is_repeated', receipt: 'receipt_number_is_repeated', voucher: 'voucher_number_is_repeated', reference: 'reference_is_repeated',
} as const satisfies Record<string, FaultCode>;

/**
 * Codes, receipts and references may not repeat within their file, vouchers not across the three files of payments.
 * The later use is to blame, in the order of the format's files and their lines; the fault names the first one too.
 */
export function checkRepetition(set: DataSet, faults: Faults): void {
  const vouchers = new Map<string, FirstUse>();
  for (const file of FILE_NAMES) {
    for (const [name, column] of columnsOf(file)) {
      if (column.role !== 'code' && column.role !== 'number') continue;
      const used = column.group === 'voucher' ? vouchers : new Map<string, FirstUse>();
      for (const row of set[file].rows) checkCell(file, row, name, used, REPEATED[column.group ?? 'code'], faults);
    }
  }
}

function checkCell(file: FileName, row: Row<FileName>, name: string, used: Map<string, FirstUse>, code: FaultCode, faults: Faults): void {
  const value = (row.values as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'string') return;
  const first = used.get(value);
  if (!first) {
    used.set(value, { file, line: row.line });
    return;
  }
  markFaulty(row);
  faults.add(code, { file, line: row.line, column: name }, { value: shown(value), file: csvName(first.file), line: String(first.line) });
}
