import { columnsOf, FILE_NAMES, type FileName } from '../format.js';
import type { DataSet, FaultyRow, Row, SoundRow, Table } from '../table.js';

/** Rows that can be judged by the ledger's rules: sound themselves, and so is everything they refer to. */
export type StandingRows = { readonly [File in FileName]: readonly SoundRow<File>[] };

/** Codes; 'all' where it cannot be told which. */
export type SomeCodes = ReadonlySet<string> | 'all';

export interface Standing {
  readonly rows: StandingRows;
  /** Funds that a row which fell out may have supplied: a shortage there may be that row's doing and is not reported. */
  readonly unsuppliedFunds: SomeCodes;
  /** Scholarships and receipts of which an instalment or an adjustment fell out: those after it only seem to be wrong. */
  readonly interruptedScholarships: SomeCodes;
  readonly interruptedReceipts: SomeCodes;
}

const NONE: ReadonlySet<string> = new Set();
/** The files that others refer to. */
const REFERRED_TO = new Set(FILE_NAMES.flatMap((file) => columnsOf(file).map(([, { names }]) => names)));

/** Leaves out faulty rows and all that hangs on them, so that one fault does not come back as many. */
export function standingRows(set: DataSet): Standing {
  const kept: Partial<Record<FileName, SoundRow<FileName>[]>> = {};
  const codes = new Map<string, ReadonlySet<string>>();
  const associations = standingAssociations(set.associations);
  for (const file of FILE_NAMES) {
    // Donors name no association, but without the root there is no tree for them either.
    const rows = file === 'associations' ? associations : associations.length === 0 ? [] : standingIn(set[file] as Table<FileName>, codes);
    kept[file] = rows;
    if (REFERRED_TO.has(file)) codes.set(file, new Set(rows.map((row) => ownCode(file, row))));
  }
  const rows = kept as unknown as StandingRows;
  return { rows, unsuppliedFunds: unsupplied(set, rows), ...interrupted(set, rows) };
}

function ownCode(file: FileName, { values }: SoundRow<FileName>): string {
  const cells = values as unknown as Readonly<Record<string, string>>;
  return (file === 'donations' ? cells['receipt_no'] : cells['code']) ?? '';
}

/** References go to files that stand earlier in the format, so one pass is enough. */
function standingIn(table: Table<FileName>, codes: ReadonlyMap<string, ReadonlySet<string>>): SoundRow<FileName>[] {
  const references = columnsOf(table.file).filter(([, { role }]) => role === 'reference');
  return table.rows.filter((row): row is SoundRow<FileName> => {
    const cells = row.values as Readonly<Record<string, unknown>>;
    return row.sound && references.every(([name, { names }]) => {
      const code = cells[name];
      return typeof code !== 'string' || codes.get(names ?? '')?.has(code) === true;
    });
  });
}

/** Parents first, whatever their order in the file. */
function standingAssociations({ rows }: DataSet['associations']): SoundRow<'associations'>[] {
  const below = new Map<string | undefined, SoundRow<'associations'>[]>();
  for (const row of rows) {
    if (!row.sound) continue;
    const siblings = below.get(row.values.parent_code) ?? [];
    siblings.push(row);
    below.set(row.values.parent_code, siblings);
  }
  const standing = [...(below.get(undefined) ?? [])];
  for (let at = 0; at < standing.length; at += 1) for (const child of below.get(standing[at]!.values.code) ?? []) standing.push(child);
  return standing;
}

function unsupplied(set: DataSet, standing: StandingRows): SomeCodes {
  const complete = set.donations.complete && set.transfers.complete && set.adjustments.complete;
  if (complete && (['donations', 'transfers', 'adjustments'] as const).every((file) => set[file].rows.length === standing[file].length)) return NONE;
  const fundOfReceipt = new Map(set.donations.rows.map(({ values }) => [values.receipt_no, values.fund_code]));
  const funds = [
    ...fallen(set.donations, standing.donations).map(({ values }) => values.fund_code),
    ...fallen(set.transfers, standing.transfers).map(({ values }) => values.to_fund_code),
    ...fallen(set.adjustments, standing.adjustments).map(({ values }) => fundOfReceipt.get(values.adjusts)),
  ];
  return complete ? known(funds, set.funds.rows.map(({ values }) => values.code)) : 'all';
}

function interrupted(set: DataSet, standing: StandingRows): Pick<Standing, 'interruptedScholarships' | 'interruptedReceipts'> {
  const scholarships = fallen(set.scholarship_payments, standing.scholarship_payments).map(({ values }) => values.scholarship_code);
  const receipts = fallen(set.adjustments, standing.adjustments).map(({ values }) => values.adjusts);
  return {
    interruptedScholarships: set.scholarship_payments.complete ? known(scholarships, set.scholarships.rows.map(({ values }) => values.code)) : 'all',
    interruptedReceipts: set.adjustments.complete ? known(receipts, set.donations.rows.map(({ values }) => values.receipt_no)) : 'all',
  };
}

function known(codes: readonly (string | undefined)[], ofFile: readonly (string | undefined)[]): SomeCodes {
  if (codes.length === 0) return NONE;
  const there = new Set(ofFile);
  const found = codes.filter((code) => code !== undefined && there.has(code));
  return found.length === codes.length ? new Set(found as string[]) : 'all';
}

function fallen<File extends FileName>(table: Table<File>, standing: readonly SoundRow<File>[]): (SoundRow<File> | FaultyRow<File>)[] {
  if (standing.length === table.rows.length) return [];
  const lines = new Set(standing.map(({ line }) => line));
  return table.rows.filter((row: Row<File>) => !lines.has(row.line));
}
