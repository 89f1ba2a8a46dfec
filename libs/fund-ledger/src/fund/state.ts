import type { Day } from '@ledger/kernel';
import type { FundEvent } from './events.js';

export type FundState = { readonly openedOn: Day } | undefined;

export const initialState = (): FundState => undefined;

export function evolve(state: FundState, event: FundEvent): FundState {
  return event.type === 'FundOpened' ? { openedOn: event.data.openedOn } : state;
}
