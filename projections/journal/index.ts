export { ACCOUNT_CODES, CHART } from './chart.js';
export type { AccountCode, LedgerAccount } from './chart.js';
export { JOURNAL, journalProjection } from './journal.projection.js';
export { trialBalance } from './queries.js';
export type { TrialBalance, TrialLine, TrialQuestion, TrialScope } from './queries.js';
