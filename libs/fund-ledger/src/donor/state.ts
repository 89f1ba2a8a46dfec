import type { PersonState } from '../person.js';
import type { DonorEvent } from './events.js';

export const initialState = (): PersonState => undefined;

export function evolve(state: PersonState, event: DonorEvent): PersonState {
  switch (event.type) {
    case 'DonorRegistered': return { sealed: event.data.sealed !== undefined, erased: false };
    case 'PersonErased': return state && { ...state, erased: true };
  }
}
