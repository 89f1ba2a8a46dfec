/** Whole đồng. VND has no minor unit, so an amount is always an integer. */
export type Dong = bigint;

/** An amount as JSON carries it: decimal digits, an optional leading minus, no leading zeros. */
export type DongText = string;

/** The largest amount that Postgres' bigint holds: 2^63 − 1. */
export const LARGEST_AMOUNT: Dong = 9_223_372_036_854_775_807n;

const DIGITS = /^(0|-?[1-9][0-9]{0,18})$/;

/** Reads an amount written as digits; `undefined` where the text is anything else or does not fit 64 bits. */
export function parseDong(text: string): Dong | undefined {
  if (!DIGITS.test(text)) return undefined;
  const amount = BigInt(text);
  return amount <= LARGEST_AMOUNT && amount >= -LARGEST_AMOUNT ? amount : undefined;
}

export function dongText(amount: Dong): DongText {
  return amount.toString();
}
