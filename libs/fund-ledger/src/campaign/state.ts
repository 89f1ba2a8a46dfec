import type { CampaignEvent } from './events.js';

export type CampaignState = { readonly associationId: string } | undefined;

export const initialState = (): CampaignState => undefined;

export function evolve(_: CampaignState, { data }: CampaignEvent): CampaignState {
  return { associationId: data.associationId };
}
