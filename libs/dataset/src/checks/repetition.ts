import { shown, type NumberGroup } from '../columns.js';
import type { FaultCode } from '../fault-codes.js';
import type { Faults } from '../faults.js';
import { columnsOf, csvName, FILE_NAMES, type FileName } from '../format.js';
import { markFaulty, type DataSet, type Row } from '../table.js';

interface Use {
  readonly file: FileName;
  readonly row: Row<FileName>;
  readonly column: string;
}

/** The uses of values by their place in the set, as one number each: a large set has millions. */
class Uses {
  private readonly places = new Map<string, number>();

  constructor(private readonly set: DataSet) {}

  /** The first use of the value; notes this one where there is none. */
  firstOf(value: string, file: FileName, at: number): Omit<Use, 'column'> | undefined {
    const place = this.places.get(value);
    if (place === undefined) {
      this.places.set(value, at * FILE_NAMES.length + FILE_NAMES.indexOf(file));
      return undefined;
    }
    const found = FILE_NAMES[place % FILE_NAMES.length]!;
    return { file: found, row: this.set[found].rows[Math.floor(place / FILE_NAMES.length)]! };
  }
}

const REPEATED = {
  code: 'code_is_repeated', receipt: 'receipt_number_is_repeated', voucher: 'voucher_number_is_repeated', reference: 'reference_is_repeated',
} as const satisfies Record<string, FaultCode>;

/**
 * Codes, receipts and references may not repeat within their file, vouchers not across the three files of payments.
 * Within a file the later use is to blame. Of two files neither comes first: both rows are named, each with the other.
 */
export function checkRepetition(set: DataSet, faults: Faults): void {
  const vouchers = new Uses(set);
  for (const file of FILE_NAMES) {
    for (const [column, { role, group }] of columnsOf(file)) {
      if (role !== 'code' && role !== 'number') continue;
      const uses = group === 'voucher' ? vouchers : new Uses(set);
      set[file].rows.forEach((row, at) => {
        const value = (row.values as Readonly<Record<string, unknown>>)[column];
        const first = typeof value === 'string' ? uses.firstOf(value, file, at) : undefined;
        if (first) blameBoth({ file, row, column }, { ...first, column: numberColumn(first.file, group) ?? column }, String(value), REPEATED[group ?? 'code'], faults);
      });
    }
  }
}

function numberColumn(file: FileName, group: NumberGroup | undefined): string | undefined {
  return group && columnsOf(file).find(([, column]) => column.group === group)?.[0];
}

function blameBoth(use: Use, first: Use, value: string, code: FaultCode, faults: Faults): void {
  blame(use, first, value, code, faults);
  if (first.file !== use.file) blame(first, use, value, code, faults);
}

function blame({ file, row, column }: Use, other: Use, value: string, code: FaultCode, faults: Faults): void {
  markFaulty(row);
  faults.add(code, { file, line: row.line, column }, { value: shown(value), file: csvName(other.file), line: String(other.row.line) });
}
