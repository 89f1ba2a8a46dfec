import type { PersonState } from '../person.js';
import type { BeneficiaryEvent } from './events.js';

export const initialState = (): PersonState => undefined;

export function evolve(state: PersonState, event: BeneficiaryEvent): PersonState {
  switch (event.type) {
    case 'BeneficiaryRegistered': return { sealed: event.data.sealed !== undefined, erased: false };
    case 'PersonErased': return state && { ...state, erased: true };
  }
}
