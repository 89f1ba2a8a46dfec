import { dongText, type Refusal } from '@ledger/kernel';
import { amountOrNothingRefusal } from '../amounts.js';
import type { LaunchCampaign } from '../commands.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { CampaignLaunched } from './events.js';
import type { CampaignState } from './state.js';

/** May be planned: its days may lie ahead, or be missing. */
export function launchCampaign(command: LaunchCampaign, state: CampaignState): readonly CampaignLaunched[] | Refusal {
  const { campaignId, code, associationId, name, startsOn, endsOn, target } = command;
  if (state) return refuse('campaign_already_launched', { code }, '/code');
  const wrongTarget = target === undefined ? undefined : amountOrNothingRefusal(target, '/target');
  if (wrongTarget) return wrongTarget;
  return [{
    type: 'CampaignLaunched',
    data: { campaignId, code, associationId, name, ...given({ startsOn, endsOn, target: target === undefined ? undefined : dongText(target) }) },
  }];
}
