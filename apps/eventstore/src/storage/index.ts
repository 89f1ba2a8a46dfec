export * from './event-log.js';
export { EventLogError, LogClosedError, LogDamagedError, LogLockedError, LogUnusableError } from './open-errors.js';
export { nodeFileOps, type FileOps } from './file-ops.js';
export { openEventLog } from './open-event-log.js';
