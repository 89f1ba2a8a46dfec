export type { AcceptedAnswer, CommandAnswer, Ledger, Secrets, StoredEvent, Submission } from './ledger.js';
export { createLedger, type LedgerOptions, type LedgerStatistics, type RunningLedger } from './create-ledger.js';
export { LedgerView, type KnownSubmission } from './ledger-view.js';
export { LIMITS, type LedgerLimits } from './limits.js';
export { CreateCommandTables1700000000200 } from './migrations/create-command-tables.js';
export type { Courier, CourierOptions, CourierStatus } from './courier/courier.js';
export type { LedgerLog } from './ledger-log.js';
export { ExecuteLedgerCommand, LEDGER, LedgerModule } from './nest/ledger-module.js';
export { openLedgerParts, type LedgerParts, type LedgerSettings } from './open-ledger-parts.js';
