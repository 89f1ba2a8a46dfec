import type { Decider } from '@ledger/kernel';
import type { ErasePerson, RegisterBeneficiary } from '../commands.js';
import { erasePerson, type PersonState } from '../person.js';
import type { BeneficiaryEvent } from './events.js';
import { registerBeneficiary } from './register-beneficiary.js';
import { evolve, initialState } from './state.js';

/** Stream `beneficiary-{beneficiaryId}`. */
export const beneficiary: Decider<RegisterBeneficiary | ErasePerson, BeneficiaryEvent, PersonState> = {
  initialState,
  evolve,
  decide: (command, state) => {
    switch (command.type) {
      case 'RegisterBeneficiary': return registerBeneficiary(command, state);
      case 'ErasePerson': return erasePerson(command, state);
    }
  },
};
