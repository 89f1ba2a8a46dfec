import type { FileName, ValuesOf } from '@ledger/dataset';

type RowOf<File extends FileName> = { readonly file: File; readonly values: ValuesOf<File> };

/** What a row refers to by its number, so that whoever reads rows one by one need not keep all of them. */
interface Origins {
  readonly adjustments: { readonly origin: ValuesOf<'donations'> };
  readonly scholarship_payments: { readonly origin: ValuesOf<'scholarships'> };
}

/** A row of a set, its values as the import reads them. */
export type MadeRow = { [File in FileName]: File extends keyof Origins ? RowOf<File> & Origins[File] : RowOf<File> }[FileName];
export type MadeRowOf<File extends FileName> = Extract<MadeRow, { readonly file: File }>;
