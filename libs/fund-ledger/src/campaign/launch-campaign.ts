import { dongText, type Refusal } from '@ledger/kernel';
import { amountOrNothingRefusal } from '../amounts.js';
import type { LaunchCampaign } from '../commands.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { CampaignLaunched } from './events.js';
import type { CampaignState } from './state.js';

/** May be planned: its days may lie ahead. */
export function launchCampaign(command: LaunchCampaign, state: CampaignState): readonly CampaignLaunched[] | Refusal {
  const { campaignId, code, associationId, name, startsOn, endsOn, target } = command;
  if (state) return refuse('campaign_already_launched', { code }, '/code');
  if (endsOn !== undefined && endsOn < startsOn) return refuse('campaign_ends_before_it_starts', { startsOn, endsOn }, '/endsOn');
  const wrongTarget = target === undefined ? undefined : amountOrNothingRefusal(target, '/target');
  if (wrongTarget) return wrongTarget;
  return [{
    type: 'CampaignLaunched',
    data: { campaignId, code, associationId, name, startsOn, ...given({ endsOn, target: target === undefined ? undefined : dongText(target) }) },
  }];
}
