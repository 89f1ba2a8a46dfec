import { randomBytes } from 'node:crypto';
import type { EventLog, ProposedEvent } from '../storage/index.js';
import { JSON_CONTENT } from '../wire/proposed-event.js';

/**
 * A new EventStoreDB is never quite empty: it holds the events of its users. Clients that read a fresh `$all` count
 * on that. No password is stored; that is an option of the process.
 */
export async function writeFirstEvents(log: EventLog): Promise<void> {
  if (log.stats().events > 0) return;
  const created = event('$UserCreated', { loginName: 'admin', fullName: 'Event Store Administrator', groups: ['$admins'], disabled: false });
  for (const [stream, first] of [['$user-admin', created], ['$users', event('$User', 'admin')]] as const) {
    const outcome = await log.append(stream, 'no_stream', [first]);
    if (outcome.kind === 'refused') throw new Error(outcome.message);
  }
}

function event(type: string, data: unknown): ProposedEvent {
  const id = randomBytes(16);
  id[6] = (id[6]! & 0x0f) | 0x40;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return { id, type, contentType: JSON_CONTENT, data: Buffer.from(JSON.stringify(data)), customMetadata: Buffer.alloc(0) };
}
