import type { Refusal } from '@ledger/kernel';
import type { EstablishScholarshipProgram } from '../commands.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { ScholarshipProgramEstablished } from './events.js';
import type { ScholarshipProgramState } from './state.js';

export function establishScholarshipProgram(
  command: EstablishScholarshipProgram, state: ScholarshipProgramState,
): readonly ScholarshipProgramEstablished[] | Refusal {
  const { programId, code, fundId, name, partner } = command;
  if (state) return refuse('scholarship_program_already_established', { code }, '/code');
  return [{ type: 'ScholarshipProgramEstablished', data: { programId, code, fundId, name, ...given({ partner }) } }];
}
