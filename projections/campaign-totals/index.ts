export { CAMPAIGN_TOTALS, campaignTotalsProjection } from './campaign-totals.projection.js';
export { CAMPAIGN_LIST_LIMIT, campaignTotals } from './queries.js';
export type { CampaignQuestion, CampaignTotals } from './queries.js';
export type { CampaignFigures } from './tables.js';
