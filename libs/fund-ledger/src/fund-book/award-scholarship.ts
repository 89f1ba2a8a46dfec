import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { AwardScholarship } from '../commands.js';
import { refuse } from '../refuse.js';
import { booked, entryRefusal, movementOf, purposeRefusal, type BookContext, type OpenBook } from './entry.js';
import type { ScholarshipAwarded } from './events.js';

/** Commits money of the fund that is available now and on every later day. */
export function awardScholarship(command: AwardScholarship, state: OpenBook, context: BookContext): readonly ScholarshipAwarded[] | Refusal {
  const { scholarshipId, code, programId, beneficiaryId, amount, instalments } = command;
  const refused = entryRefusal(command, state, context) ?? amountRefusal(amount);
  if (refused) return refused;
  if (context.earlier?.scholarshipTaken === true || state.scholarships.has(scholarshipId)) {
    return refuse('scholarship_already_awarded', { code }, '/code');
  }
  if (!Number.isSafeInteger(instalments) || instalments < 1) {
    return refuse('instalments_must_be_one_or_more', { instalments: String(instalments) }, '/instalments');
  }
  // A fund that may not pay scholarships must not promise one either: the money would stay committed for nothing.
  const purpose = purposeRefusal(state.facts, 'scholarship');
  if (purpose) return purpose;
  const data = { ...movementOf(command, state), scholarshipId, code, programId, beneficiaryId, amount: dongText(amount), instalments };
  return booked({ type: 'ScholarshipAwarded', data }, state);
}
