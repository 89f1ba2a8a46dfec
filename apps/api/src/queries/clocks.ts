import { Inject, Injectable } from '@nestjs/common';
import { parseDay } from '@ledger/kernel';
import { PARTS, type ApiParts } from '../api-parts.js';
import { DayField, Field } from '../http/fields.js';
import type { Check } from '../http/field-checks.js';
import { invalidInput } from '../http/problem.js';

const INSTANT = /^([1-9][0-9]{3}-[0-9]{2}-[0-9]{2})[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$/;
const ISO_LENGTH = 24;

/** The instant as Postgres takes it, in milliseconds as events are recorded; undefined where the text is none. */
export function instantFrom(text: string): string | undefined {
  // In an address a plus that is not escaped means a space, which stands nowhere else in an instant.
  const written = text.replace(/ (?=[0-9]{2}:[0-9]{2}$)/, '+').toUpperCase();
  const day = INSTANT.exec(written)?.[1];
  const milliseconds = Date.parse(written);
  if (day === undefined || parseDay(day) === undefined || Number.isNaN(milliseconds)) return undefined;
  const instant = new Date(milliseconds).toISOString();
  return instant.length === ISO_LENGTH ? instant : undefined;
}

const checkInstant: Check = (value) => {
  if (typeof value !== 'string') return { code: 'instant_malformed' };
  if (parseDay(value) !== undefined) return { code: 'instant_without_time' };
  return instantFrom(value) === undefined ? { code: 'instant_malformed' } : undefined;
};

/** The parameter that every query with a date takes: what was known when. */
export const KnownAt = (): PropertyDecorator => Field(checkInstant, {
  type: String, format: 'date-time',
  description: 'What was known then: the longest prefix of the log whose events were all recorded by this instant (RFC 3339, not in the future). Left out: everything.',
}, { optional: true });
export const FirstDay = (): PropertyDecorator => DayField({ optional: true, description: 'First day; left out: since the beginning.' });
export const LastDay = (): PropertyDecorator => DayField({ optional: true, description: 'Last day; left out: to the end.' });
/** Beside `to`. */
export const AlsoLastDay = (): PropertyDecorator => DayField({ optional: true, description: 'As `to`; of both the earlier holds.' });
/** Where there is no range. */
export const EndOfDay = (): PropertyDecorator => DayField({ optional: true, description: 'At the end of this day; left out: with everything booked.' });

/** A range of days, and what was known when. `effectiveOn` is another name for the last day; of both the earlier holds. */
export interface RangeParameters { readonly from?: string; readonly to?: string; readonly effectiveOn?: string; readonly knownAt?: string }
export interface Range { readonly from?: string; readonly to?: string; readonly knownAt?: string }

/** Reads what queries say of days and instants. Throws Problems. */
@Injectable()
export class Clocks {
  constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

  now(): Date {
    return this.parts.clock.now();
  }

  range({ from, to, effectiveOn, knownAt }: RangeParameters): Range {
    const last = earlierOf(to, effectiveOn);
    if (from !== undefined && last !== undefined && from > last) throw invalidInput([{ parameter: 'from', code: 'date_range_backward' }]);
    return { ...(from === undefined ? {} : { from }), ...(last === undefined ? {} : { to: last }), ...this.knowing(knownAt) };
  }

  /** An instant to come has no answer yet that would stay the same. */
  knowing(knownAt: string | undefined): { readonly knownAt?: string } {
    const instant = knownAt === undefined ? undefined : instantFrom(knownAt);
    if (instant === undefined) return {};
    const now = this.now().toISOString();
    if (instant > now) throw invalidInput([{ parameter: 'knownAt', code: 'instant_in_future', details: { now } }]);
    return { knownAt: instant };
  }
}

export function earlierOf(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}

/** As the answer repeats it: null where it was left open. */
export function shownRange({ from, to, knownAt }: Range): { readonly from: string | null; readonly to: string | null; readonly knownAt: string | null } {
  return { from: from ?? null, to: to ?? null, knownAt: knownAt ?? null };
}
