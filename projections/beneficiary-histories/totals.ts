import { figuresOf } from '@ledger/projection-runtime';
import type { FigureSet, Figures } from '@ledger/projection-runtime';
import type { EntryKind } from './entries.js';

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

/** The sum of each measure over rows of the history. */
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
