import { randomUUID } from 'node:crypto';
import type { EventStore, EventToAppend } from '@ledger/event-store';
import type { ToAppend } from './random-ledger.js';

/** As many events of one stream in a row go into one append. */
const APPEND_LIMIT = 200;

export interface AppendWishes {
  /** Names the imported set that every other burst comes from; none of them otherwise. */
  readonly set?: string;
  readonly recordedFrom?: string;
}

/** Appends a tree's events in their order. Answers how many, and the position of the last. */
export async function appendTree(store: EventStore, tree: AsyncIterable<ToAppend>, { set, recordedFrom = '2024-07-01T00:00:00.000Z' }: AppendWishes = {}): Promise<{ events: number; position: bigint }> {
  const revisions = new Map<string, bigint>();
  let clock = Date.parse(recordedFrom);
  let events = 0;
  let position = 0n;
  let waiting: { stream: string; events: EventToAppend[] } | undefined;
  const flush = async (): Promise<void> => {
    if (!waiting) return;
    const { stream, events: batch } = waiting;
    waiting = undefined;
    const outcome = await store.append(stream, revisions.get(stream) ?? 'no_stream', batch);
    if (outcome.kind !== 'appended') throw new Error(`not appended to ${stream}: ${outcome.kind}`);
    revisions.set(stream, outcome.lastRevision);
    position = outcome.position;
  };
  for await (const { stream, event } of tree) {
    if (waiting && (waiting.stream !== stream || waiting.events.length >= APPEND_LIMIT)) await flush();
    events += 1;
    clock += events % 3 === 0 ? 7 : 0;
    const commandId = randomUUID();
    const isImported = set !== undefined && Math.floor(events / 40) % 2 === 0;
    waiting ??= { stream, events: [] };
    waiting.events.push({ id: randomUUID(), type: event.type, data: event.data, metadata: {
      commandId, inputHash: '', correlationId: commandId, causationId: commandId, actorId: 'spec', recordedAt: new Date(clock).toISOString(), schemaVersion: 1,
      ...(isImported ? { source: { set, seq: String(1_000_000 - events) } } : {}),
    } });
  }
  await flush();
  return { events, position };
}
