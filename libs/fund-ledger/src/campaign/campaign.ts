import type { Decider } from '@ledger/kernel';
import type { LaunchCampaign } from '../commands.js';
import type { CampaignEvent } from './events.js';
import { launchCampaign } from './launch-campaign.js';
import { evolve, initialState, type CampaignState } from './state.js';

/** Stream `campaign-{campaignId}`. */
export const campaign: Decider<LaunchCampaign, CampaignEvent, CampaignState> = { initialState, decide: launchCampaign, evolve };
