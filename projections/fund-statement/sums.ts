import { SumTable } from '@ledger/projection-runtime';

/** What a movement changes in its fund, đồng, signed. */
export const FIGURES = ['cash', 'bank', 'goods', 'endowment_principal', 'committed'] as const;
export type Figure = (typeof FIGURES)[number];

/** How much of the log one block of movements entered by hand covers, in positions. */
export const HAND_BLOCK = 1n << 26n;
/** How many places of an imported set one block covers. */
export const SET_BLOCK = 32_768n;
/** `block_seq` of movements entered by hand; those of a set count theirs from 0. */
export const BY_HAND = -1n;

/**
 * Sums of a fund's movements per day and block. A block is a stretch of the posting order within the day: of what was
 * entered by hand so much of the log, of an imported set so many places. So the balance before any movement, also in
 * the midst of a day with a million of them, is the sum of the blocks before it and of a part of one block of each kind.
 */
export const sums = new SumTable('movement_sum', { fund_id: 'uuid', day: 'date', block_anchor: 'bigint', block_seq: 'numeric' }, FIGURES);

/** The same sums per month, named by its first day: what stood when a month began is the sum of few rows, however many days and years a fund has. */
export const monthSums = new SumTable('movement_month', { fund_id: 'uuid', month: 'date' }, FIGURES);

export function monthOf(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

/** The same of a day in SQL. */
export function sqlMonthOf(day: string): string {
  return `date_trunc('month', ${day}::timestamp)::date`;
}

const EXACT_DIGITS = 15;

/** The block of a movement at that place; what is its own anchor counts as entered by hand. */
export function blockOf(anchor: bigint, seq: string, position: bigint): [string, string] {
  if (anchor === position) return [(anchor - (anchor % HAND_BLOCK)).toString(), BY_HAND.toString()];
  return [anchor.toString(), seq.length <= EXACT_DIGITS ? Math.floor(Number(seq) / Number(SET_BLOCK)).toString() : (BigInt(seq) / SET_BLOCK).toString()];
}
