import type { Day } from '@ledger/kernel';
import type { PledgeEvent } from './events.js';

export type PledgeState = { readonly madeOn: Day; readonly cancelledOn?: Day } | undefined;

export const initialState = (): PledgeState => undefined;

export function evolve(state: PledgeState, event: PledgeEvent): PledgeState {
  switch (event.type) {
    case 'PledgeMade': return { madeOn: event.data.effectiveOn };
    case 'PledgeCancelled': return state && { ...state, cancelledOn: event.data.effectiveOn };
  }
}
