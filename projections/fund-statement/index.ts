export { FUND_STATEMENT, fundStatementProjection } from './fund-statement.projection.js';
export type { SealedText, StatementLine, WrittenLine } from './lines.js';
export { STANDING_FUNDS_LIMIT, fundStandings } from './standing.js';
export type { FundStanding, StandingQuestion } from './standing.js';
export { ADJUSTMENTS_SHOWN, STATEMENT_PAGE_LIMIT, fundStatement, fundStatementText } from './statement.js';
export type { StatementQuestion } from './statement.js';
