import { parseDay } from '@ledger/kernel';
import { Choice, Code, DayField, Field, Reference } from '../http/fields.js';
import type { Check } from '../http/field-checks.js';
import { invalidInput } from '../http/problem.js';
import { AtQuery, PageQuery, TreeQuery } from './parameters.js';

const INSTANT = /^([1-9][0-9]{3}-[0-9]{2}-[0-9]{2})T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})$/;
const ISO_LENGTH = 24;

/** The instant as Postgres takes it, in milliseconds as events are recorded; undefined where the text is none. */
function instantFrom(text: string): string | undefined {
  const day = INSTANT.exec(text)?.[1];
  const milliseconds = Date.parse(text);
  if (day === undefined || parseDay(day) === undefined || Number.isNaN(milliseconds)) return undefined;
  const instant = new Date(milliseconds).toISOString();
  return instant.length === ISO_LENGTH ? instant : undefined;
}

const checkInstant: Check = (value) => (typeof value === 'string' && instantFrom(value) !== undefined ? undefined : { code: 'instant_malformed' });
const KnownAt = (): PropertyDecorator => Field(checkInstant, {
  type: String, format: 'date-time',
  description: 'What was known then: the longest prefix of the log whose events were all recorded by this instant. Left out: everything.',
}, { optional: true });

/** A range of days, and what was known when. `effectiveOn` is another name for the last day; of both the earlier holds. */
interface RangeParameters { readonly from?: string; readonly to?: string; readonly effectiveOn?: string; readonly knownAt?: string }

export class StatementQuery extends PageQuery {
  @DayField({ optional: true, description: 'First day; left out: since the opening.' }) from?: string;
  @DayField({ optional: true, description: 'Last day; left out: to the end.' }) to?: string;
  @DayField({ optional: true, description: 'As `to`; of both the earlier holds.' }) effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

export class StandingQuery extends AtQuery {
  @DayField({ optional: true, description: 'At the end of this day; left out: with everything booked.' }) effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

export class PeriodQuery extends AtQuery {
  @DayField({ optional: true, description: 'First day of the period; left out: since the opening.' }) from?: string;
  @DayField({ optional: true, description: 'Last day of the period; left out: to the end.' }) to?: string;
  @DayField({ optional: true, description: 'As `to`; of both the earlier holds.' }) effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

export class AssociationPeriodQuery extends PeriodQuery {
  @Choice(['own', 'descendants'], { optional: true, description: 'The funds it holds (the default), or with those of all units below it.' }) scope?: 'own' | 'descendants';
}

export class PledgesQuery extends TreeQuery {
  @Reference({ optional: true }) fund?: string;
  @Reference({ optional: true }) donor?: string;
  @Reference({ optional: true }) campaign?: string;
  @Reference({ optional: true, description: 'To funds that this association holds.' }) association?: string;
  @Reference({ optional: true, description: 'To funds of this association and everything below it.' }) under?: string;
  @Choice(['outstanding', 'overdue'], { optional: true, description: 'Only those of which something is outstanding, or overdue.' }) only?: 'outstanding' | 'overdue';
  @DayField({ optional: true, description: 'At the end of this day; left out: today. Overdue is what was due before it.' }) asOf?: string;
  @KnownAt() knownAt?: string;
}

export class PledgeTotalsQuery extends AtQuery {
  @Code({ optional: true, description: 'The code of the tree\'s root association.' }) tree?: string;
  @Reference({ optional: true }) fund?: string;
  @Reference({ optional: true }) donor?: string;
  @Reference({ optional: true }) campaign?: string;
  @Reference({ optional: true, description: 'To funds that this association holds.' }) association?: string;
  @Reference({ optional: true, description: 'To funds of this association and everything below it.' }) under?: string;
  @DayField({ optional: true, description: 'At the end of this day; left out: today. Overdue is what was due before it.' }) asOf?: string;
  @KnownAt() knownAt?: string;
}

export interface Range { readonly from?: string; readonly to?: string; readonly knownAt?: string }

/** Throws a Problem for a range that ends before it begins. */
export function rangeOf({ from, to, effectiveOn, knownAt }: RangeParameters): Range {
  const last = to === undefined || (effectiveOn !== undefined && effectiveOn < to) ? effectiveOn : to;
  if (from !== undefined && last !== undefined && from > last) throw invalidInput([{ parameter: 'from', code: 'date_range_backward' }]);
  return { ...(from === undefined ? {} : { from }), ...(last === undefined ? {} : { to: last }), ...knowingAt(knownAt) };
}

export function knowingAt(knownAt: string | undefined): { readonly knownAt?: string } {
  const instant = knownAt === undefined ? undefined : instantFrom(knownAt);
  return instant === undefined ? {} : { knownAt: instant };
}

/** As the answer repeats it: null where it was left open. */
export function shownRange({ from, to, knownAt }: Range): { readonly from: string | null; readonly to: string | null; readonly knownAt: string | null } {
  return { from: from ?? null, to: to ?? null, knownAt: knownAt ?? null };
}
