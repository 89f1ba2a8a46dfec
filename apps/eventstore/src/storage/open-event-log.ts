import type { EventLog, OpenOptions } from './event-log.js';
import { LogUnusableError } from './open-errors.js';

/** Opens the log in `dir`, creating both where absent. Throws LogLockedError, LogDamagedError or LogUnusableError. */
export async function openEventLog(dir: string, options: OpenOptions = {}): Promise<EventLog> {
  throw new LogUnusableError(`not yet: ${dir} ${Object.keys(options).length}`);
}
