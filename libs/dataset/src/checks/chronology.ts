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
  const postings = new Postings(set);
  const dated = datedOnce(postings, faults);
  const inOrder = longestOrderly(dated.map((place) => postings.at(place).day));
  if (!inOrder.includes(false)) return;
  const orderly = dated.filter((_, index) => inOrder[index]).map((place) => postings.at(place));
  let passed = 0;
  dated.forEach((place, index) => {
    if (inOrder[index]) passed += 1;
    else blame(postings.at(place), orderly[passed - 1], orderly[passed], faults);
  });
}

/** The movements of a set, made one by one when they are asked for: a large set has millions. */
class Postings {
  private readonly files: { readonly file: FileName; readonly dayColumn: string; readonly rows: readonly Row<FileName>[] }[] = [];
  readonly length: number;

  constructor(set: DataSet) {
    for (const file of FILE_NAMES) {
      const dayColumn = columnsOf(file).find(([, { role }]) => role === 'movement_day')?.[0];
      if (dayColumn) this.files.push({ file, dayColumn, rows: set[file].rows });
    }
    this.length = this.files.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /** In the order of the files and their lines. `seq` is NaN and `day` empty where they could not be read. */
  at(place: number): Posting {
    let left = place;
    for (const { file, dayColumn, rows } of this.files) {
      if (left >= rows.length) {
        left -= rows.length;
        continue;
      }
      const row = rows[left]!;
      const { posted_seq: seq, [dayColumn]: day } = row.values as Readonly<Record<string, unknown>>;
      return { file, row, dayColumn, seq: typeof seq === 'number' ? seq : NaN, day: typeof day === 'string' ? day : '' };
    }
    throw new RangeError(`there are ${this.length} movements, asked for ${place}`);
  }

  /** The places of those with a number, by their numbers. */
  numbered(): number[] {
    const numbers = new Float64Array(this.length);
    for (let place = 0; place < this.length; place += 1) numbers[place] = this.at(place).seq;
    return Array.from(numbers.keys()).filter((place) => !Number.isNaN(numbers[place])).sort((a, b) => numbers[a]! - numbers[b]!);
  }
}

function blame({ file, row, day, dayColumn }: Posting, before: Posting | undefined, after: Posting | undefined, faults: Faults): void {
  const other = before && before.day > day ? before : after;
  invariant(other, 'a row out of order has a neighbour in order');
  markFaulty(row);
  faults.add('date_goes_back_along_posted_seq', { file, line: row.line, column: dayColumn }, {
    day, file: csvName(other.file), line: String(other.row.line), seq: String(other.seq), other: other.day,
  });
}

/** The places of the movements with a day, by their numbers; of several with one number the first. */
function datedOnce(postings: Postings, faults: Faults): number[] {
  let first: Posting | undefined;
  return postings.numbered().filter((place) => {
    const posting = postings.at(place);
    if (first?.seq === posting.seq) {
      repeated(posting, first, faults);
      // Of two files neither comes first: both rows are named.
      if (first.file !== posting.file) repeated(first, posting, faults);
      return false;
    }
    first = posting;
    return posting.day !== '';
  });
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
