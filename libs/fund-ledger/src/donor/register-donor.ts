import type { Refusal } from '@ledger/kernel';
import type { RegisterDonor } from '../commands.js';
import { given } from '../given.js';
import { profileRefusal, type PersonState } from '../person.js';
import { refuse } from '../refuse.js';
import type { DonorRegistered } from './events.js';

export function registerDonor(command: RegisterDonor, state: PersonState): readonly DonorRegistered[] | Refusal {
  const { donorId, rootCode, code, kind, name, sealed } = command;
  if (state) return refuse('donor_already_registered', { code }, '/code');
  return profileRefusal(kind !== 'organisation', command)
    ?? [{ type: 'DonorRegistered', data: { donorId, rootCode, code, kind, ...given({ name, sealed }) } }];
}
