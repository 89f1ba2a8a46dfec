import { shown } from '../columns.js';
import type { FaultCode } from '../fault-codes.js';
import type { Faults } from '../faults.js';
import { columnsOf, csvName, FILE_NAMES, type FileName } from '../format.js';
import { markFaulty, type DataSet, type Row } from '../table.js';

interface Use {
  readonly file: FileName;
  readonly row: Row<FileName>;
  readonly column: string;
}

const REPEATED = {
  code: 'code_is_repeated', receipt: 'receipt_number_is_repeated', voucher: 'voucher_number_is_repeated', reference: 'reference_is_repeated',
} as const satisfies Record<string, FaultCode>;

/**
 * Codes, receipts and references may not repeat within their file, vouchers not across the three files of payments.
 * Within a file the later use is to blame. Of two files neither comes first: both rows are named, each with the other.
 */
export function checkRepetition(set: DataSet, faults: Faults): void {
  const vouchers = new Map<string, Use>();
  for (const file of FILE_NAMES) {
    for (const [name, column] of columnsOf(file)) {
      if (column.role !== 'code' && column.role !== 'number') continue;
      const used = column.group === 'voucher' ? vouchers : new Map<string, Use>();
      for (const row of set[file].rows) checkCell(file, row, name, used, REPEATED[column.group ?? 'code'], faults);
    }
  }
}

function checkCell(file: FileName, row: Row<FileName>, name: string, used: Map<string, Use>, code: FaultCode, faults: Faults): void {
  const value = (row.values as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'string') return;
  const first = used.get(value);
  const use: Use = { file, row, column: name };
  if (!first) {
    used.set(value, use);
    return;
  }
  blame(use, first, value, code, faults);
  if (first.file !== file) blame(first, use, value, code, faults);
}

function blame({ file, row, column }: Use, other: Use, value: string, code: FaultCode, faults: Faults): void {
  markFaulty(row);
  faults.add(code, { file, line: row.line, column }, { value: shown(value), file: csvName(other.file), line: String(other.row.line) });
}
