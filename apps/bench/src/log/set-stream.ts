import {
  FILE_NAMES, movementSubmissions, registrationSubmissions, SetIndex, type FileName, type RowSubmission, type StandingRows, type ValuesOf,
} from '@ledger/dataset';
import type { MadeRow } from '../set/made-row.js';
import { movementRows } from '../set/movements.js';
import type { SetPlan } from '../set/plan.js';
import { registrationRows } from '../set/registrations.js';

/** Rows turned into commands together. */
const CHUNK = 2_000;

type Rows = { [File in FileName]: { line: number; sound: true; values: ValuesOf<File> }[] };

/**
 * The commands that the import makes of a generated set, a stretch at a time, in an order in which each can be booked:
 * memory is bounded by the persons of the set, not by its movements.
 */
export function* submissionsOf(plan: SetPlan): Generator<readonly RowSubmission[]> {
  const rows = noRows();
  for (const row of registrationRows(plan)) put(rows, row);
  const index = new StreamedIndex(plan.rootCode, rows as unknown as StandingRows);
  for (const stage of registrationSubmissions(rows as unknown as StandingRows, index)) {
    const made = [...stage];
    for (let at = 0; at < made.length; at += CHUNK) yield made.slice(at, at + CHUNK);
  }
  let chunk: MadeRow[] = [];
  for (const row of movementRows(plan)) {
    if (chunk.push(row) < CHUNK) continue;
    yield index.submissions(chunk);
    chunk = [];
  }
  yield index.submissions(chunk);
}

/** Knows of donations and scholarships only those that the present rows name. */
class StreamedIndex extends SetIndex {
  private readonly donationsNamed = new Map<string, ValuesOf<'donations'>>();
  private readonly scholarshipsNamed = new Map<string, ValuesOf<'scholarships'>>();

  submissions(chunk: readonly MadeRow[]): RowSubmission[] {
    const rows = noRows();
    this.donationsNamed.clear();
    this.scholarshipsNamed.clear();
    for (const row of chunk) {
      put(rows, row);
      if (row.file === 'scholarships') this.scholarshipsNamed.set(row.values.code, row.values);
      if (row.file === 'scholarship_payments') this.scholarshipsNamed.set(row.origin.code, row.origin);
      if (row.file === 'adjustments') this.donationsNamed.set(row.origin.receipt_no, row.origin);
    }
    return [...movementSubmissions(rows as unknown as StandingRows, this)];
  }

  override donation(receipt: string): ValuesOf<'donations'> {
    return this.donationsNamed.get(receipt) ?? super.donation(receipt);
  }

  override scholarship(code: string): ValuesOf<'scholarships'> {
    return this.scholarshipsNamed.get(code) ?? super.scholarship(code);
  }
}

function noRows(): Rows {
  return Object.fromEntries(FILE_NAMES.map((file) => [file, []])) as unknown as Rows;
}

function put(rows: Rows, { file, values }: MadeRow): void {
  (rows[file] as { line: number; sound: true; values: unknown }[]).push({ line: 0, sound: true, values });
}
