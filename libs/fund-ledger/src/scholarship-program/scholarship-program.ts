import type { Decider } from '@ledger/kernel';
import type { EstablishScholarshipProgram } from '../commands.js';
import { establishScholarshipProgram } from './establish-scholarship-program.js';
import type { ScholarshipProgramEvent } from './events.js';
import { evolve, initialState, type ScholarshipProgramState } from './state.js';

/** Stream `scholarshipProgram-{programId}`. */
export const scholarshipProgram: Decider<EstablishScholarshipProgram, ScholarshipProgramEvent, ScholarshipProgramState> = {
  initialState, decide: establishScholarshipProgram, evolve,
};
