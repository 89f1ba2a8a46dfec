import { ASSOCIATION_LEVELS, BENEFICIARY_KINDS, DONOR_KINDS } from '@ledger/fund-ledger';
import { Choice, Code, DayField, Field, Name, Reference } from '../http/fields.js';
import type { Check } from '../http/field-checks.js';
import { KnownAt } from './clocks.js';

/** Rows of a page where nothing is said, a screenful, and at most. */
export const USUAL_PAGE = 50;
export const LARGEST_PAGE = 500;

const checkLimit: Check = (value) =>
  typeof value === 'string' && /^[1-9][0-9]{0,2}$/.test(value) && Number(value) <= LARGEST_PAGE
    ? undefined
    : { code: 'count_out_of_range', details: { least: '1', most: String(LARGEST_PAGE) } };
const checkText: Check = (value) => (typeof value === 'string' ? undefined : { code: 'parameter_repeated' });
const checkMonth: Check = (value) => (typeof value === 'string' && /^[1-9][0-9]{3}-(0[1-9]|1[0-2])$/.test(value) ? undefined : { code: 'month_malformed' });

/** What every query takes. */
export class AtQuery {
  @Field(checkText, { type: String, description: 'A command\'s position: the answer reflects it, or is 503. Also as header Soquy-Position.' }, { optional: true })
  atPosition?: string;
}

export class PageQuery extends AtQuery {
  @Field(checkLimit, { type: 'integer', minimum: 1, maximum: LARGEST_PAGE, default: USUAL_PAGE }, { optional: true }) limit?: string;
  @Field(checkText, { type: String, description: '`next` of the page before.' }, { optional: true }) after?: string;
}

export class MonthsQuery extends AtQuery {
  @Field(checkMonth, { type: String, description: 'First month, YYYY-MM.' }) from!: string;
  @Field(checkMonth, { type: String, description: 'Last month, YYYY-MM.' }) to!: string;
  @DayField({ optional: true, description: 'Nothing dated later counts: months after this day\'s are left out, and its own is closed on it.' }) effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

export class TreeQuery extends PageQuery {
  @Code({ optional: true, description: 'The code of the tree\'s root association.' }) tree?: string;
  @Code({ optional: true }) code?: string;
}

export class AssociationsQuery extends TreeQuery {
  @Choice(ASSOCIATION_LEVELS, { optional: true }) level?: string;
  @Reference({ optional: true, description: 'Only those right below it.' }) parent?: string;
  @Reference({ optional: true, description: 'It and everything below it.' }) under?: string;
}

export class FundsQuery extends TreeQuery {
  @Reference({ optional: true }) association?: string;
  @Reference({ optional: true, description: 'Of this association and everything below it.' }) under?: string;
}

export class CampaignsQuery extends TreeQuery {
  @Reference({ optional: true }) association?: string;
}

export class ProgramsQuery extends TreeQuery {
  @Reference({ optional: true }) fund?: string;
}

const BY_NAME = 'Words of the name, in any order, with or without diacritics.';

export class DonorsQuery extends TreeQuery {
  @Choice(DONOR_KINDS, { optional: true }) kind?: string;
  @Name({ optional: true, description: BY_NAME }) name?: string;
}

export class BeneficiariesQuery extends TreeQuery {
  @Choice(BENEFICIARY_KINDS, { optional: true }) kind?: string;
  @Reference({ optional: true }) association?: string;
  @Name({ optional: true, description: BY_NAME }) name?: string;
}

export class StatisticsQuery extends AtQuery {
  @Code({ description: 'The code of the tree\'s root association.' }) tree!: string;
  @Field(checkLimit, { type: 'integer', minimum: 1, maximum: LARGEST_PAGE, default: 5, description: 'How many of the beneficiaries with the most entries.' }, { optional: true }) top?: string;
}

export function limitOf(query: { readonly limit?: string }): number {
  return query.limit === undefined ? USUAL_PAGE : Number(query.limit);
}
