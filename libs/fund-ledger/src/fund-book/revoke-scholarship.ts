import { dongText, type Refusal } from '@ledger/kernel';
import type { RevokeScholarship } from '../commands.js';
import { refuse } from '../refuse.js';
import { booked, entryRefusal, movementOf, type BookContext, type OpenBook } from './entry.js';
import type { ScholarshipRevoked } from './events.js';
import { missingScholarship } from './pay-instalment.js';

/** Releases what is not paid yet. */
export function revokeScholarship(command: RevokeScholarship, state: OpenBook, context: BookContext): readonly ScholarshipRevoked[] | Refusal {
  const { scholarshipId, effectiveOn, reason } = command;
  const refused = entryRefusal(command, state, context);
  if (refused) return refused;
  const scholarship = state.scholarships.get(scholarshipId);
  if (!scholarship) return missingScholarship(scholarshipId, context);
  const { beneficiaryId, remaining, lastOn, revoked } = scholarship;
  if (revoked) return refuse('scholarship_already_revoked', { revokedOn: lastOn }, '/scholarshipId');
  if (remaining === 0n) return refuse('scholarship_already_paid_in_full', { scholarshipId }, '/scholarshipId');
  if (effectiveOn < lastOn) return refuse('revocation_before_last_entry', { day: effectiveOn, lastOn }, '/effectiveOn');
  const data = { ...movementOf(command, state), scholarshipId, beneficiaryId, released: dongText(remaining), reason };
  return booked({ type: 'ScholarshipRevoked', data }, state);
}
