import { invariant, type Day } from '@ledger/kernel';
import type { Faults } from '../faults.js';
import { columnsOf, csvName, FILE_NAMES, type FileName } from '../format.js';
import { markFaulty, type DataSet, type Row } from '../table.js';

interface Posting {
  readonly file: FileName;
  readonly row: Row<FileName>;
  readonly seq: number;
  readonly day: Day;
  readonly dayColumn: string;
}

/**
 * `posted_seq` never repeats and dates never go back along it, across all files. Of the rows that are out of order as
 * few as possible are blamed: those outside the longest run of dates that does not go back. So one wrong date is one
 * fault at its own row, wherever it lies.
 */
export function checkChronology(set: DataSet, faults: Faults): void {
  const postings = postingsOf(set, faults).sort((a, b) => a.seq - b.seq);
  const inOrder = longestOrderly(postings.map(({ day }) => day));
  const orderly = postings.filter((_, index) => inOrder[index]);
  let passed = 0;
  postings.forEach((posting, index) => {
    if (inOrder[index]) passed += 1;
    else blame(posting, orderly[passed - 1], orderly[passed], faults);
  });
}

function blame({ file, row, day, dayColumn }: Posting, before: Posting | undefined, after: Posting | undefined, faults: Faults): void {
  const other = before && before.day > day ? before : after;
  invariant(other, 'a row out of order has a neighbour in order');
  markFaulty(row);
  faults.add('date_goes_back_along_posted_seq', { file, line: row.line, column: dayColumn }, {
    day, file: csvName(other.file), line: String(other.row.line), seq: String(other.seq), other: other.day,
  });
}

function postingsOf(set: DataSet, faults: Faults): Posting[] {
  const postings: Posting[] = [];
  const first = new Map<number, Posting>();
  for (const file of FILE_NAMES) {
    const dayColumn = columnsOf(file).find(([, { role }]) => role === 'movement_day')?.[0];
    if (!dayColumn) continue;
    for (const row of set[file].rows) {
      const values = row.values as Readonly<Record<string, unknown>>;
      const seq = values['posted_seq'];
      if (typeof seq !== 'number') continue;
      const day = values[dayColumn];
      const earlier = first.get(seq);
      if (earlier) {
        repeated({ file, row, seq }, earlier, faults);
        // Of two files neither comes first: both rows are named.
        if (earlier.file !== file) repeated(earlier, { file, row, seq }, faults);
        continue;
      }
      const posting = { file, row, seq, day: typeof day === 'string' ? day : '', dayColumn };
      first.set(seq, posting);
      if (posting.day !== '') postings.push(posting);
    }
  }
  return postings;
}

function repeated({ file, row, seq }: Pick<Posting, 'file' | 'row' | 'seq'>, other: Pick<Posting, 'file' | 'row' | 'seq'>, faults: Faults): void {
  markFaulty(row);
  faults.add('posted_seq_is_repeated', { file, line: row.line, column: 'posted_seq' }, { value: String(seq), file: csvName(other.file), line: String(other.row.line) });
}

/**
 * Which items belong to a longest subsequence that never goes back. Read from the end, so that of two readings equally
 * good the one that blames the later item is taken. O(n log n).
 */
export function longestOrderly(days: readonly Day[]): boolean[] {
  const heads: number[] = []; // heads[k]: where the best run of k + 1 items that starts there begins
  const next = new Int32Array(days.length).fill(-1);
  for (let at = days.length - 1; at >= 0; at -= 1) {
    let low = 0;
    let high = heads.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (days[heads[middle]!]! >= days[at]!) low = middle + 1;
      else high = middle;
    }
    next[at] = low > 0 ? heads[low - 1]! : -1;
    heads[low] = at;
  }
  const kept = new Array<boolean>(days.length).fill(false);
  for (let at = heads.at(-1) ?? -1; at >= 0; at = next[at]!) kept[at] = true;
  return kept;
}
