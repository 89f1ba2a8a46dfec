export { FUND_STATEMENT, fundStatementProjection } from './fund-statement.projection.js';
export type { StatementLine } from './lines.js';
export { STANDING_FUNDS_LIMIT, fundStandings } from './standing.js';
export type { FundStanding, StandingQuestion } from './standing.js';
export { ADJUSTMENTS_SHOWN, STATEMENT_PAGE_LIMIT, fundStatement, sealedTexts } from './statement.js';
export type { SealedTexts, StatementQuestion } from './statement.js';
