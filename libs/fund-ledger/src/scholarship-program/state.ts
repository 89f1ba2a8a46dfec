import type { ScholarshipProgramEvent } from './events.js';

export type ScholarshipProgramState = { readonly fundId: string } | undefined;

export const initialState = (): ScholarshipProgramState => undefined;

export function evolve(_: ScholarshipProgramState, { data }: ScholarshipProgramEvent): ScholarshipProgramState {
  return { fundId: data.fundId };
}
