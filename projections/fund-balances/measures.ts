import { DISBURSEMENT_PURPOSES } from '@ledger/fund-ledger';
import type { DisbursementPurpose } from '@ledger/fund-ledger';
import { figuresOf } from '@ledger/projection-runtime';
import type { FigureSet, Figures } from '@ledger/projection-runtime';

/** Where a fund stands: each row of a day says by how much that day changed it. */
export const STANDING = ['cash', 'bank', 'goods', 'endowment_principal', 'committed', 'in_transit'] as const;

const spentOn = <Purpose extends DisbursementPurpose>(purpose: Purpose): `spent_on_${Purpose}` => `spent_on_${purpose}`;
export const SPENT_ON_PURPOSE = DISBURSEMENT_PURPOSES.map(spentOn);
/** By purpose, so that nobody puts the name together anew for each payment. */
export const SPENT_ON = Object.fromEntries(DISBURSEMENT_PURPOSES.map((purpose) => [purpose, spentOn(purpose)])) as { readonly [Purpose in DisbursementPurpose]: `spent_on_${Purpose}` };

/** What flowed, in đồng; adjustments included on their own day. */
export const FLOWS = [
  'opening', 'received_money', 'received_in_kind', 'pledged', 'pledges_cancelled', 'awarded', 'released',
  'spent_on_scholarships', 'spent_on_awards', ...SPENT_ON_PURPOSE, 'transferred_in', 'transferred_out', 'interest', 'fees',
] as const;

/** How many; an adjustment neither adds nor removes one. */
export const COUNTS = ['donations', 'scholarships_awarded', 'instalments', 'prizes', 'disbursements', 'recipients'] as const;

export const MEASURES = [...STANDING, ...FLOWS, ...COUNTS] as const;
export type Measure = (typeof MEASURES)[number];

/** What a fund can be asked for; the derived figures follow from the measures. */
export const FUND_FIGURES = {
  measures: MEASURES,
  counts: COUNTS,
  derived: {
    closing: { plus: ['cash', 'bank', 'goods'] },
    available: { plus: ['cash', 'bank'], minus: ['endowment_principal', 'committed'] },
    spent_on_disbursements: { plus: SPENT_ON_PURPOSE },
    spent: { plus: ['spent_on_scholarships', 'spent_on_awards', ...SPENT_ON_PURPOSE] },
  },
} satisfies FigureSet<Measure, (typeof COUNTS)[number], string>;
export type FundFigures = Figures<Measure, (typeof COUNTS)[number], keyof typeof FUND_FIGURES.derived>;
/** Those of a fund that nothing was booked in: all zero. */
export const NO_FUND_FIGURES: FundFigures = figuresOf(FUND_FIGURES, () => undefined);
