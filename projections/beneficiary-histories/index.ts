export { BENEFICIARY_HISTORIES, beneficiaryHistoriesProjection } from './beneficiary-histories.projection.js';
export type { EntryKind } from './entries.js';
export { HISTORY_PAGE_LIMIT, beneficiaryCounts, beneficiaryHistory, beneficiaryTotal, beneficiaryTotalAndHistory, mostSupported } from './queries.js';
export type { BeneficiaryTotal, HistoryFilter } from './queries.js';
export { entryOf } from './written-entries.js';
export type { HistoryEntry } from './written-entries.js';
export { NO_HISTORY_FIGURES } from './totals.js';
export type { HistoryFigures } from './totals.js';
