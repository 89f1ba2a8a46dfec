/** A calendar day in Vietnam (UTC+7, no daylight saving), written YYYY-MM-DD; compares as text. */
export type Day = string;

const FORM = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const VIETNAM_OFFSET_MS = 7 * 3_600_000;

/** Reads a day; `undefined` where the form is wrong or the calendar has no such day (29 February of a common year). */
export function parseDay(text: string): Day | undefined {
  if (!FORM.test(text)) return undefined;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))];
  return year > 0 && day > 0 && day <= daysIn(month, year) ? text : undefined;
}

const DAYS_OF_MONTHS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 0 where there is no such month. */
function daysIn(month: number, year: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : DAYS_OF_MONTHS[month] ?? 0;
}

/** The day that the given instant falls on in Vietnam. */
export function dayInVietnam(instant: Date): Day {
  return new Date(instant.getTime() + VIETNAM_OFFSET_MS).toISOString().slice(0, 10);
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function laterOf(a: Day, b: Day): Day {
  return a > b ? a : b;
}

/** The calendar year, which is also the year that voucher numbers count in. */
export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}
