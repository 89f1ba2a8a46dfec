export { PLEDGES, pledgesProjection } from './pledges.projection.js';
export { PLEDGE_PAGE_LIMIT, pledgeStandings, pledgeTotals } from './queries.js';
export type { PledgeFilter, PledgeKey, PledgeQuestion, PledgeStanding, PledgeTotals } from './queries.js';
