import { DISBURSEMENT_PURPOSES } from '@ledger/fund-ledger';
import type { DisbursementPurpose } from '@ledger/fund-ledger';
import { figuresOf } from '@ledger/projection-runtime';
import type { FigureSet, Figures } from '@ledger/projection-runtime';

const spentOn = <Purpose extends DisbursementPurpose>(purpose: Purpose): `spent_on_${Purpose}` => `spent_on_${purpose}`;
export const SPENT_ON_PURPOSE = DISBURSEMENT_PURPOSES.map(spentOn);
/** By purpose, so that nobody puts the name together anew for each payment. */
export const SPENT_ON = Object.fromEntries(DISBURSEMENT_PURPOSES.map((purpose) => [purpose, spentOn(purpose)])) as { readonly [Purpose in DisbursementPurpose]: `spent_on_${Purpose}` };

/** What stands at a day's end, whatever the range begins with: all days up to it count. */
export const STANDING = ['in_transit', 'units', 'members', 'funds'] as const;

/** Đồng. `eliminated_*` is the part of the transfers whose other side lies within the same total. */
export const FLOWS = [
  'pledged', 'pledges_cancelled', 'received_money', 'received_in_kind', 'direct_support', 'direct_support_in_kind',
  'spent_on_scholarships', 'spent_on_awards', ...SPENT_ON_PURPOSE, 'amount_awarded',
  'transferred_in', 'transferred_out', 'eliminated_in', 'eliminated_out', 'interest', 'fees',
] as const;

/** Rows, not persons; `movements` is everything posted, a transfer once. */
export const COUNTS = [
  'donations', 'disbursements', 'scholarships_awarded', 'instalments', 'awards_to_groups', 'awards_to_individuals',
  'certificates_of_merit', 'recipients', 'direct_support_recipients', 'movements',
] as const;

export const MEASURES = [...STANDING, ...FLOWS, ...COUNTS] as const;
export type Measure = (typeof MEASURES)[number];

/** What an association can be asked for; the derived figures follow from the measures. */
export const ASSOCIATION_FIGURES = {
  measures: MEASURES,
  counts: [...COUNTS, 'units', 'members', 'funds'],
  derived: {
    mobilised: { plus: ['received_money', 'received_in_kind', 'direct_support'] },
    spent_on_disbursements: { plus: SPENT_ON_PURPOSE },
    spent: { plus: ['spent_on_scholarships', 'spent_on_awards', ...SPENT_ON_PURPOSE] },
    net_transferred_in: { plus: ['transferred_in'], minus: ['eliminated_in'] },
    net_transferred_out: { plus: ['transferred_out'], minus: ['eliminated_out'] },
  },
} satisfies FigureSet<Measure, Count, string>;
type Count = (typeof COUNTS)[number] | 'units' | 'members' | 'funds';
export type AssociationFigures = Figures<Measure, Count, keyof typeof ASSOCIATION_FIGURES.derived>;
/** Those of an association before its first day: all zero. */
export const NO_ASSOCIATION_FIGURES: AssociationFigures = figuresOf(ASSOCIATION_FIGURES, () => undefined);
