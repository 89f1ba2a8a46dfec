import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { PayInstalment } from '../commands.js';
import { refuse } from '../refuse.js';
import { booked, entryRefusal, mixRefusal, movementOf, purposeRefusal, type BookContext, type OpenBook } from './entry.js';
import type { InstalmentPaid } from './events.js';
import type { BookState, Scholarship } from './state.js';

/** Each instalment once, in order; it releases its commitment as it is paid. */
export function payInstalment(command: PayInstalment, state: OpenBook, context: BookContext): readonly InstalmentPaid[] | Refusal {
  const { scholarshipId, instalment, account, amount } = command;
  const refused = entryRefusal(command, state, context)
    ?? amountRefusal(amount)
    ?? purposeRefusal(state.facts, 'scholarship')
    ?? mixRefusal(account, 'cash', '/account');
  if (refused) return refused;
  const scholarship = state.scholarships.get(scholarshipId);
  if (!scholarship) return missingScholarship(scholarshipId, context);
  const outOfTurn = turnRefusal(command, scholarship);
  if (outOfTurn) return outOfTurn;
  const { beneficiaryId } = scholarship;
  const data = { ...movementOf(command, state), scholarshipId, beneficiaryId, instalment, account, amount: dongText(amount) };
  return booked({ type: 'InstalmentPaid', data }, state as BookState);
}

/** One that was paid in full before the books were closed is not carried on: the handler tells it from one that never was. */
export function missingScholarship(scholarshipId: string, { earlier }: BookContext): Refusal {
  return refuse(earlier?.scholarshipTaken === true ? 'scholarship_has_ended' : 'scholarship_not_found', { scholarshipId }, '/scholarshipId');
}

function turnRefusal({ instalment, amount, beneficiaryId, effectiveOn }: PayInstalment, scholarship: Scholarship): Refusal | undefined {
  const { paid, instalments, remaining, awardedOn, lastOn } = scholarship;
  const details = { instalment: String(instalment), paid: String(paid), planned: String(instalments) };
  if (beneficiaryId !== undefined && beneficiaryId !== scholarship.beneficiaryId) {
    return refuse('instalment_of_another_beneficiary', { beneficiaryId }, '/beneficiaryId');
  }
  if (scholarship.revoked) return refuse('scholarship_already_revoked', { revokedOn: lastOn }, '/scholarshipId');
  if (!Number.isSafeInteger(instalment) || instalment < 1) return refuse('instalment_must_be_one_or_more', details, '/instalment');
  if (instalment <= paid) return refuse('instalment_already_paid', details, '/instalment');
  // The plan binds nobody: what is left may be paid in more instalments than were planned, or fewer.
  if (instalment > paid + 1) return refuse('instalment_out_of_order', { ...details, next: String(paid + 1) }, '/instalment');
  if (effectiveOn < awardedOn) return refuse('instalment_before_award', { day: effectiveOn, awardedOn }, '/effectiveOn');
  if (effectiveOn < lastOn) return refuse('instalment_before_previous', { day: effectiveOn, lastOn }, '/effectiveOn');
  if (amount <= remaining) return undefined;
  return refuse('instalment_exceeds_scholarship', { remaining: dongText(remaining), shortBy: dongText(amount - remaining) }, '/amount');
}
