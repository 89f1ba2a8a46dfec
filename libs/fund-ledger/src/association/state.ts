import type { AssociationEvent } from './events.js';

export type AssociationState = { readonly rootId: string; readonly rootCode: string } | undefined;

export const initialState = (): AssociationState => undefined;

export function evolve(state: AssociationState, event: AssociationEvent): AssociationState {
  return event.type === 'AssociationRegistered' ? { rootId: event.data.rootId, rootCode: event.data.rootCode } : state;
}
