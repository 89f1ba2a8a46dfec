import type { EventLog, StoredRecord } from '../storage/index.js';
import { aclRule, type AclRule } from './acl.js';

const SETTINGS_STREAM = '$settings';
const SYSTEM_PREFIX = '$';
const ONE_EVENT = 1;

/** What holds where a stream's own metadata says nothing: everybody for user streams, $admins for system streams. */
export class DefaultAcls {
  private userAcl: Record<string, unknown> | undefined;
  private systemAcl: Record<string, unknown> | undefined;

  /** Reads `$settings` as it is now, and from then on every event written to it. */
  static async read(log: EventLog): Promise<DefaultAcls> {
    const defaults = new DefaultAcls();
    const page = await log.readStream(SETTINGS_STREAM, 'end', 'backward', 1, ONE_EVENT);
    defaults.take(page.records);
    log.onDurable((records) => defaults.take(records));
    return defaults;
  }

  rule(stream: string, rule: AclRule): readonly string[] {
    if (stream.startsWith(SYSTEM_PREFIX)) return aclRule(this.systemAcl, rule) ?? ['$admins'];
    return aclRule(this.userAcl, rule) ?? ['$all'];
  }

  private take(records: readonly StoredRecord[]): void {
    for (const record of records) {
      if (record.stream !== SETTINGS_STREAM) continue;
      const settings = parse(record.data());
      this.userAcl = object(settings?.['$userStreamAcl']);
      this.systemAcl = object(settings?.['$systemStreamAcl']);
    }
  }
}

function parse(data: Buffer): Record<string, unknown> | undefined {
  try {
    return object(JSON.parse(data.toString('utf8')));
  } catch (error) {
    // Settings that are not JSON set nothing, as in EventStoreDB.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
