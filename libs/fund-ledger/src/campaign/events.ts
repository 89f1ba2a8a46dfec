import type { Day, DomainEvent, DongText } from '@ledger/kernel';

export type CampaignLaunched = DomainEvent<'CampaignLaunched', {
  readonly campaignId: string;
  readonly code: string;
  readonly associationId: string;
  readonly name: string;
  readonly startsOn?: Day;
  readonly endsOn?: Day;
  readonly target?: DongText;
}>;
export type CampaignEvent = CampaignLaunched;
export const campaignStream = (campaignId: string): string => `campaign-${campaignId}`;
