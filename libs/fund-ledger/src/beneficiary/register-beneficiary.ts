import type { Refusal } from '@ledger/kernel';
import type { RegisterBeneficiary } from '../commands.js';
import { given } from '../given.js';
import { profileRefusal, type PersonState } from '../person.js';
import { refuse } from '../refuse.js';
import type { BeneficiaryRegistered } from './events.js';

export function registerBeneficiary(command: RegisterBeneficiary, state: PersonState): readonly BeneficiaryRegistered[] | Refusal {
  const { beneficiaryId, rootCode, code, kind, associationId, name, school, sealed } = command;
  if (state) return refuse('beneficiary_already_registered', { code }, '/code');
  return profileRefusal(kind !== 'group', command)
    ?? [{ type: 'BeneficiaryRegistered', data: { beneficiaryId, rootCode, code, kind, associationId, ...given({ name, school, sealed }) } }];
}
