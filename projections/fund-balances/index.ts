export { FUND_BALANCES, fundBalancesProjection } from './fund-balances.projection.js';
export { NO_FUND_FIGURES } from './measures.js';
export type { FundFigures, Measure as FundMeasure } from './measures.js';
export { FUND_PAGE_LIMIT, closingByMonth, fundBalance, fundBalances, fundDays } from './queries.js';
export type { BalanceQuestion, DayRange, FundBalance, FundDay, FundKey, FundListFilter, MonthClosing, MonthRange } from './queries.js';
