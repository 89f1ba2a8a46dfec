import { dongText, type Day, type Dong, type Refusal } from '@ledger/kernel';
import { largestRefusal } from '../amounts.js';
import { refuse } from '../refuse.js';

/** The adjustments of one voucher are dated in order, so that it is below zero on no day. */
export function orderRefusal(day: Day, lastOn: Day | undefined): Refusal | undefined {
  return lastOn !== undefined && day < lastOn ? refuse('adjustment_before_previous', { day, lastOn }, '/effectiveOn') : undefined;
}

/** `remaining` is what the voucher would amount to with `delta`. */
export function remainingRefusal(remaining: Dong, delta: Dong): Refusal | undefined {
  if (remaining >= 0n) return largestRefusal(remaining, '/delta');
  return refuse('adjustment_takes_voucher_below_zero', { remaining: dongText(remaining - delta), shortBy: dongText(-remaining) }, '/delta');
}
