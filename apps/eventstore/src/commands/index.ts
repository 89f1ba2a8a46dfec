export { verifyLog, type VerifyReport } from './verify-log.js';
export { statLog, type StatReport } from './stat-log.js';
export { backupLog, type BackupReport } from './backup-log.js';
export { restoreLog, type RestoreReport } from './restore-log.js';
export { copyLog, type CopyReport, type CopyProgress } from './copy-log.js';
export { type BilingualText, type CommandRefusal } from './command-result.js';
