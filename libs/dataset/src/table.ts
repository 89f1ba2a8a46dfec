import type { FileName, ValuesOf } from './format.js';

export interface SoundRow<File extends FileName> {
  readonly line: number;
  readonly sound: true;
  readonly values: ValuesOf<File>;
}

/** A row that has a fault; what of it could be read keeps later checks from blaming others for it. */
export interface FaultyRow<File extends FileName> {
  readonly line: number;
  readonly sound: false;
  readonly values: Partial<ValuesOf<File>>;
}

export type Row<File extends FileName> = SoundRow<File> | FaultyRow<File>;

export interface Table<File extends FileName> {
  readonly file: File;
  readonly rows: readonly Row<File>[];
  /** False where the header or a limit kept rows from being read: then no code may be called unknown for its absence. */
  readonly complete: boolean;
  /** Cells of rows too broken to tell columns apart; each of them may be a code. */
  readonly strayCells: ReadonlySet<string>;
}

export type DataSet = { readonly [File in FileName]: Table<File> };

export function soundRows<File extends FileName>(table: Table<File>): SoundRow<File>[] {
  return table.rows.filter((row): row is SoundRow<File> => row.sound);
}

/** From now on the row counts as faulty. */
export function markFaulty(row: Row<FileName>): void {
  (row as { sound: boolean }).sound = false;
}
