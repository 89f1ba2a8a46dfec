import type { Decider } from '@ledger/kernel';
import type { ErasePerson, RegisterDonor } from '../commands.js';
import { erasePerson, type PersonState } from '../person.js';
import type { DonorEvent } from './events.js';
import { registerDonor } from './register-donor.js';
import { evolve, initialState } from './state.js';

/** Stream `donor-{donorId}`. */
export const donor: Decider<RegisterDonor | ErasePerson, DonorEvent, PersonState> = {
  initialState,
  evolve,
  decide: (command, state) => {
    switch (command.type) {
      case 'RegisterDonor': return registerDonor(command, state);
      case 'ErasePerson': return erasePerson(command, state);
    }
  },
};
