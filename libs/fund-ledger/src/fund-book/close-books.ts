import { addDays, canonicalJson, dongText, yearOf, type Day, type DecisionContext, type Refusal } from '@ledger/kernel';
import type { CloseBooks } from '../commands.js';
import { futureRefusal } from '../dates.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { AdjustableVoucherKind, VoucherKind } from '../vocabulary.js';
import { movementOf, type OpenBook } from './entry.js';
import type { BooksClosed, CarriedScholarship, DayEffectText } from './events.js';
import type { Effect } from './figures.js';
import { numbersKey, type BookState } from './state.js';

/** An append holds 1 MiB; the rest is left to the metadata. About 4,000 scholarships not paid in full. */
export const LARGEST_CLOSING_BYTES = 900_000;

/** Closes every day up to `through`, which is no later than today and later than the last closing. */
export function closeBooks(command: CloseBooks, state: OpenBook, context: DecisionContext): readonly BooksClosed[] | Refusal {
  const { through, fundId } = command;
  const { openedOn, associationId, restriction, purpose } = state.facts;
  const future = futureRefusal(through, context, '/through');
  if (future) return future;
  if (through < openedOn) return refuse('date_is_before_fund_opened', { day: through, openedOn }, '/through');
  if (state.closedThrough !== undefined && through <= state.closedThrough) {
    return refuse('books_already_closed_through', { day: through, closedThrough: state.closedThrough }, '/through');
  }
  const figures = state.days.at(through);
  const movement = movementOf({ type: command.type, fundId, effectiveOn: through }, state);
  const data: BooksClosed['data'] = {
    ...movement, through, revision: String(state.revision + 1), associationId, restriction, ...given({ purpose }), openedOn,
    balances: { cash: dongText(figures.cash), bank: dongText(figures.bank), goods: dongText(figures.goods) },
    endowmentPrincipal: dongText(figures.endowmentPrincipal),
    committed: dongText(figures.committed),
    laterDays: state.days.after(through).map(dayText),
    scholarships: carriedScholarships(state),
    endedScholarships: [...state.ended.entries()].map(([id, { lowered, lastOn }]) => ({ id, lowered: dongText(lowered), lastOn })),
    adjustedVouchers: [...state.adjusted.entries()].map(([key, { remaining, lastOn }]) => ({ ...voucherOf(key), remaining: dongText(remaining), lastOn })),
    adjustedTransfers: [...state.adjustedTransfers.entries()].map(([transferId, { delta, lastOn }]) => ({ transferId, delta: dongText(delta), lastOn })),
    lastNumbers: lastNumbers(state, movement.voucher, through),
  };
  const bytes = canonicalJson(data).length;
  if (bytes > LARGEST_CLOSING_BYTES) {
    return refuse('closing_would_be_too_large', { scholarships: String(data.scholarships.length), laterDays: String(data.laterDays.length) }, '/through');
  }
  return [{ type: 'BooksClosed', data }];
}

function dayText({ day, cash, bank, goods, endowmentPrincipal, committed }: Effect): DayEffectText {
  return {
    day, cash: dongText(cash), bank: dongText(bank), goods: dongText(goods),
    endowmentPrincipal: dongText(endowmentPrincipal), committed: dongText(committed),
  };
}

/** Those that are paid in full have ended and stay behind. */
function carriedScholarships(state: BookState): CarriedScholarship[] {
  const carried: CarriedScholarship[] = [];
  for (const [id, { beneficiaryId, awardedOn, remaining, instalments, paid, lastOn, revoked }] of state.scholarships.entries()) {
    if (remaining === 0n) continue;
    const one = { id, beneficiaryId, awardedOn, remaining: dongText(remaining), instalments, paid, lastOn };
    carried.push(revoked ? { ...one, revoked } : one);
  }
  return carried;
}

function voucherOf(key: string): { kind: AdjustableVoucherKind; year: number; number: number } {
  const [kind, year, number] = key.split('/') as [AdjustableVoucherKind, string, string];
  return { kind, year: Number(year), number: Number(number) };
}

/** Numbers of a year that is closed to its end are never needed again. */
function lastNumbers(state: BookState, own: { kind: VoucherKind; year: number; number: number }, through: Day): BooksClosed['data']['lastNumbers'] {
  const firstOpenYear = yearOf(addDays(through, 1));
  const numbers = new Map(state.numbers.entries());
  numbers.set(numbersKey(own.kind, own.year), own.number);
  return [...numbers]
    .map(([key, number]) => {
      const [kind, year] = key.split('/') as [VoucherKind, string];
      return { kind, year: Number(year), number };
    })
    .filter(({ year }) => year >= firstOpenYear);
}
