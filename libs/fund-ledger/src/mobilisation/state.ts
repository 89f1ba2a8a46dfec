import { LayeredMap } from '../layered-map.js';
import type { MobilisationEvent } from './events.js';

export interface MobilisationState {
  /** References of direct support and codes of honours, each once per association. */
  readonly references: LayeredMap<true>;
  readonly honours: LayeredMap<true>;
}

export const initialState = (): MobilisationState => ({ references: new LayeredMap(), honours: new LayeredMap() });

export function forkState({ references, honours }: MobilisationState): MobilisationState {
  return { references: references.fork(), honours: honours.fork() };
}

/** Changes the given state. */
export function evolve(state: MobilisationState, event: MobilisationEvent): MobilisationState {
  switch (event.type) {
    case 'DirectSupportReported': state.references.set(event.data.reference, true); break;
    case 'HonourConferred': state.honours.set(event.data.code, true); break;
  }
  return state;
}
