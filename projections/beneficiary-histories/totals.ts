import { figuresOf } from '@ledger/projection-runtime';
import type { Changes, FigureSet, Figures } from '@ledger/projection-runtime';
import type { Entry, EntryKind } from './entries.js';

export const MEASURES = [
  'scholarships_amount', 'released_amount', 'instalments_amount', 'awards_amount', 'disbursements_amount',
  'scholarships', 'instalments', 'awards', 'certificates_of_merit', 'disbursements', 'entries',
] as const;
export type Measure = (typeof MEASURES)[number];

/** What a beneficiary was awarded and paid in all; adjustments change amounts, not counts. */
export const HISTORY_FIGURES = {
  measures: MEASURES,
  counts: ['scholarships', 'instalments', 'awards', 'certificates_of_merit', 'disbursements', 'entries'],
  derived: {
    paid: { plus: ['instalments_amount', 'awards_amount', 'disbursements_amount'] },
  },
} satisfies FigureSet<Measure, Count, string>;
type Count = 'scholarships' | 'instalments' | 'awards' | 'certificates_of_merit' | 'disbursements' | 'entries';
export type HistoryFigures = Figures<Measure, Count, keyof typeof HISTORY_FIGURES.derived>;
/** Those of a beneficiary who was awarded and paid nothing: all zero. */
export const NO_HISTORY_FIGURES: HistoryFigures = figuresOf(HISTORY_FIGURES, () => undefined);

export function changesOf(entry: Entry): Changes<Measure> {
  const amount = BigInt(entry.amount);
  switch (entry.kind) {
    case 'scholarship_awarded': return { scholarships_amount: amount, scholarships: 1n, entries: 1n };
    case 'scholarship_revoked': return { released_amount: amount, entries: 1n };
    case 'instalment_paid': return { instalments_amount: amount, instalments: 1n, entries: 1n };
    case 'instalment_adjusted': return { instalments_amount: amount, entries: 1n };
    case 'award_granted': return { awards_amount: amount, awards: 1n, certificates_of_merit: entry.awardKind === 'certificate_of_merit' ? 1n : 0n, entries: 1n };
    case 'award_adjusted': return { awards_amount: amount, entries: 1n };
    case 'disbursement_paid': return { disbursements_amount: amount, disbursements: 1n, entries: 1n };
    case 'disbursement_adjusted': return { disbursements_amount: amount, entries: 1n };
  }
}

/** The same as SQL: the sum of each measure over rows of the history. */
export const SUMMED: Readonly<Record<Measure, string>> = {
  scholarships_amount: sumOf('amount', 'scholarship_awarded'),
  released_amount: sumOf('amount', 'scholarship_revoked'),
  instalments_amount: sumOf('amount', 'instalment_paid', 'instalment_adjusted'),
  awards_amount: sumOf('amount', 'award_granted', 'award_adjusted'),
  disbursements_amount: sumOf('amount', 'disbursement_paid', 'disbursement_adjusted'),
  scholarships: sumOf('1', 'scholarship_awarded'),
  instalments: sumOf('1', 'instalment_paid'),
  awards: sumOf('1', 'award_granted'),
  certificates_of_merit: `coalesce(sum(1) FILTER (WHERE kind = 'award_granted' AND award_kind = 'certificate_of_merit'), 0)`,
  disbursements: sumOf('1', 'disbursement_paid'),
  entries: 'count(*)',
};

function sumOf(value: string, ...kinds: readonly EntryKind[]): string {
  return `coalesce(sum(${value}) FILTER (WHERE kind IN (${kinds.map((kind) => `'${kind}'`).join(', ')})), 0)`;
}
