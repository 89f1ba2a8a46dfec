import { columnsOf, FILE_NAMES, type FileName } from '../format.js';
import type { DataSet, FaultyRow, Row, SoundRow, Table } from '../table.js';

/** Rows that can be judged by the ledger's rules: sound themselves, and so is everything they refer to. */
export type StandingRows = { readonly [File in FileName]: readonly SoundRow<File>[] };

export interface Standing {
  readonly rows: StandingRows;
  /**
   * Funds (by code) whose money cannot be judged, because a row that may have supplied them fell out; 'all' where it
   * cannot be told whose it was. A shortage there may be that row's doing and is not reported.
   */
  readonly unsuppliedFunds: ReadonlySet<string> | 'all';
  /** Scholarships and receipts (by code) of which an instalment or adjustment fell out: those after it seem out of order. */
  readonly interrupted: { readonly scholarships: ReadonlySet<string>; readonly receipts: ReadonlySet<string> };
}

/** Leaves out faulty rows and all that hangs on them, so that one fault does not come back as many. */
export function standingRows(set: DataSet): Standing {
  const kept: Partial<Record<FileName, SoundRow<FileName>[]>> = {};
  const codes = new Map<string, ReadonlySet<string>>();
  for (const file of FILE_NAMES) {
    const rows = file === 'associations' ? standingAssociations(set.associations) : standingIn(set[file] as Table<FileName>, codes);
    kept[file] = rows;
    codes.set(file, new Set(rows.map((row) => ownCode(file, row))));
  }
  const rows = kept as unknown as StandingRows;
  return { rows, unsuppliedFunds: unsupplied(set, rows), interrupted: interrupted(set, rows) };
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

function unsupplied(set: DataSet, standing: StandingRows): ReadonlySet<string> | 'all' {
  const funds = new Set<string>();
  const known = new Set(set.funds.rows.map(({ values }) => values.code));
  const fundOfReceipt = new Map(set.donations.rows.map(({ values }) => [values.receipt_no, values.fund_code]));
  const suppliedBy: readonly (string | undefined)[] = [
    ...fallen(set.donations, standing.donations).map(({ values }) => values.fund_code),
    ...fallen(set.transfers, standing.transfers).map(({ values }) => values.to_fund_code),
    ...fallen(set.adjustments, standing.adjustments).map(({ values }) => fundOfReceipt.get(values.adjusts)),
  ];
  for (const code of suppliedBy) {
    if (code === undefined || !known.has(code)) return 'all';
    funds.add(code);
  }
  return [set.donations, set.transfers, set.adjustments].every(({ complete }) => complete) ? funds : 'all';
}

function interrupted(set: DataSet, standing: StandingRows): Standing['interrupted'] {
  const scholarships = fallen(set.scholarship_payments, standing.scholarship_payments).map(({ values }) => values.scholarship_code);
  const receipts = fallen(set.adjustments, standing.adjustments).map(({ values }) => values.adjusts);
  return { scholarships: new Set(given(scholarships)), receipts: new Set(given(receipts)) };
}

const given = (codes: readonly (string | undefined)[]): string[] => codes.filter((code) => code !== undefined);

function fallen<File extends FileName>(table: Table<File>, standing: readonly SoundRow<File>[]): (SoundRow<File> | FaultyRow<File>)[] {
  if (standing.length === table.rows.length) return [];
  const lines = new Set(standing.map(({ line }) => line));
  return table.rows.filter((row: Row<File>) => !lines.has(row.line));
}
