import { dongText, LARGEST_AMOUNT, type Dong, type Refusal } from '@ledger/kernel';
import { refuse } from './refuse.js';

/** An amount that is paid, received or promised. */
export function amountRefusal(amount: Dong, field = '/amount'): Refusal | undefined {
  return amount <= 0n ? refuse('amount_must_be_positive', { amount: dongText(amount) }, field) : largestRefusal(amount, field);
}

/** An amount that may also be nothing: an opening balance, a target. */
export function amountOrNothingRefusal(amount: Dong, field: string): Refusal | undefined {
  return amount < 0n ? refuse('amount_must_not_be_negative', { amount: dongText(amount) }, field) : largestRefusal(amount, field);
}

/** Amounts fit the database's bigint, whatever their sign. */
export function largestRefusal(amount: Dong, field: string): Refusal | undefined {
  const fits = amount <= LARGEST_AMOUNT && amount >= -LARGEST_AMOUNT;
  return fits ? undefined : refuse('amount_is_too_large', { largest: dongText(LARGEST_AMOUNT) }, field);
}
