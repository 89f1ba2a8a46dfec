import { randomUUID } from 'node:crypto';
import { invariant, type Clock } from '@ledger/kernel';
import { StoreUnavailable, type EventStore, type EventToAppend } from './port.js';

/** The stream whose first event tells this log from every other. */
export const LOG_STREAM = 'ledgerLog';
export const LOG_IDENTIFIED = 'LogIdentified';

/** Reads the log's id, or gives it one: of several who do so at once, the store lets one win and the others read it. */
export async function identifyLog(store: Pick<EventStore, 'append' | 'readStream'>, clock: Clock): Promise<string> {
  const known = await readLogId(store);
  if (known !== undefined) return known;
  const logId = randomUUID();
  const outcome = await store.append(LOG_STREAM, 'no_stream', [logIdentified(logId, clock)]);
  if (outcome.kind === 'appended') return logId;
  if (outcome.kind !== 'conflict') throw new StoreUnavailable(`the log has no id yet: ${outcome.kind}`);
  const won = await readLogId(store);
  invariant(won !== undefined, 'a conflict means that the stream has a first event');
  return won;
}

async function readLogId(store: Pick<EventStore, 'readStream'>): Promise<string | undefined> {
  for await (const event of store.readStream(LOG_STREAM, 0n, 1)) {
    const logId = event.data['logId'];
    invariant(event.type === LOG_IDENTIFIED && typeof logId === 'string', 'the log begins by saying which it is');
    return logId;
  }
  return undefined;
}

function logIdentified(logId: string, clock: Clock): EventToAppend {
  return {
    id: logId,
    type: LOG_IDENTIFIED,
    data: { logId },
    metadata: {
      commandId: logId,
      inputHash: '',
      correlationId: logId,
      causationId: logId,
      actorId: 'ledger',
      recordedAt: clock.now().toISOString(),
      schemaVersion: 1,
    },
  };
}
