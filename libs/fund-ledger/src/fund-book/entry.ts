import { dongText, LARGEST_AMOUNT, yearOf, type Day, type DecisionContext, type Refusal } from '@ledger/kernel';
import type { EarlierRecord, FundBookCommand, MovementInput } from '../commands.js';
import { futureRefusal } from '../dates.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { Account, FundPurpose } from '../vocabulary.js';
import type { Shortage } from './days.js';
import type { FundBookEvent, Movement } from './events.js';
import { effectOf } from './figures.js';
import { numbersKey, referenceKey, type BookFacts, type BookState } from './state.js';
import { VOUCHER_KIND_OF, type EntryCommand } from './voucher-kinds.js';

// What every entry into a book has in common: whether it may stand there, its voucher, and whether the money is there.

export interface BookContext extends DecisionContext { readonly earlier?: EarlierRecord | undefined }

/** A book that was opened. */
export type OpenBook = BookState & { readonly facts: BookFacts };

function dayRefusal(day: Day, { facts, closedThrough }: OpenBook, context: DecisionContext): Refusal | undefined {
  const future = futureRefusal(day, context);
  if (future) return future;
  if (day < facts.openedOn) return refuse('date_is_before_fund_opened', { day, openedOn: facts.openedOn }, '/effectiveOn');
  if (closedThrough !== undefined && day <= closedThrough) return refuse('day_is_closed', { day, closedThrough }, '/effectiveOn');
  return undefined;
}

/** The checks that any movement must pass before its own rules. */
export function entryRefusal(command: EntryCommand, state: OpenBook, context: BookContext): Refusal | undefined {
  const { effectiveOn, documentDate, externalReference } = command;
  const refused = dayRefusal(effectiveOn, state, context) ?? futureRefusal(documentDate, context, '/documentDate');
  if (refused) return refused;
  if (externalReference === undefined) return undefined;
  const kind = VOUCHER_KIND_OF[command.type];
  const taken = context.earlier?.referenceTaken === true || state.references.has(referenceKey(kind, externalReference));
  return taken ? refuse('external_reference_already_used', { externalReference, kind }, '/externalReference') : undefined;
}

/** The fields of a movement, with the next number of its kind and year. */
export function movementOf(command: MovementInput & Pick<FundBookCommand, 'type'>, state: BookState): Movement {
  const kind = VOUCHER_KIND_OF[command.type];
  const { fundId, effectiveOn, documentDate, externalReference, description } = command;
  const year = yearOf(effectiveOn);
  return {
    fundId,
    voucher: { kind, year, number: (state.numbers.get(numbersKey(kind, year)) ?? 0) + 1 },
    documentDate: documentDate ?? effectiveOn,
    effectiveOn,
    approvals: [],
    ...given({ externalReference, description }),
  };
}

export function purposeRefusal({ restriction, purpose }: BookFacts, wanted: FundPurpose): Refusal | undefined {
  if (restriction === 'unrestricted' || purpose === wanted) return undefined;
  return refuse('purpose_not_allowed_by_fund', { purpose: wanted, allowed: purpose ?? '' }, '/purpose');
}

/** Goods pay only goods and move only to goods. */
export function mixRefusal(from: Account, to: Account, field: string): Refusal | undefined {
  return (from === 'goods') === (to === 'goods') ? undefined : refuse('goods_and_money_do_not_mix', { from, to }, field);
}

export function shortageRefusal(shortage: Shortage, fields: Record<string, string> = {}): Refusal {
  const { rule, day } = shortage;
  const details = { ...fields, day, shortBy: dongText(shortage.shortBy) };
  switch (rule) {
    case 'cash':
    case 'bank':
    case 'goods':
      return refuse('account_would_be_overdrawn', { ...details, account: rule, balance: dongText(shortage.balance) }, '/amount');
    case 'principal':
      return refuse('endowment_principal_would_be_spent', { ...details, balance: dongText(shortage.balance) }, '/amount');
    case 'available':
      return refuse('payment_exceeds_available_balance', { ...details, available: dongText(shortage.balance) }, '/amount');
    case 'too_large':
      return refuse('account_would_exceed_the_largest_amount', { ...details, largest: dongText(LARGEST_AMOUNT) }, '/amount');
  }
}

/** The event, unless some day's end would break a rule with it. */
export function booked<Event extends FundBookEvent>(event: Event, state: BookState): readonly Event[] | Refusal {
  const effect = effectOf(event);
  const shortage = effect && state.days.shortageWith(effect);
  return shortage ? shortageRefusal(shortage) : [event];
}
