import { setTimeout as delay } from 'node:timers/promises';
import { canonicalJson, type RecordedEvent } from '@ledger/kernel';
import { eventHash, StoreUnavailable, type EventStore } from '@ledger/event-store';
import type { ExportOutput } from '../output.js';

export interface EventsWishes {
  /** Positions: a number, or `<first 8 of the log's id>-<number>`. Both are included. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly stream: string | undefined;
}

export type EventsExported =
  | { readonly kind: 'exported'; readonly events: number }
  | { readonly kind: 'position_malformed' | 'position_of_another_log' | 'no_such_position'; readonly text: string }
  | { readonly kind: 'no_such_stream' | 'system_stream'; readonly stream: string }
  | { readonly kind: 'store_away'; readonly last: bigint | undefined };

/** A reader that takes longer for a chunk finds the read of the log ended; it is begun anew when the chunk is taken. */
const PATIENCE_MS = 1_000;
/** How often in a row the store may fall silent without an event in between. */
const MOST_FAILURES = 10;
const WAIT_MS = 300;

/** One line for an event: canonical JSON (RFC 8785) as a whole, so that data and metadata in it are the stored bytes. */
export function eventLine(event: RecordedEvent, logId: string): string {
  const { stream, revision, position, id, type, data, metadata } = event;
  return `${canonicalJson({
    position: { commit: position.toString(), prepare: position.toString() }, logId, stream, revision: revision.toString(), id, type,
    recordedAt: metadata.recordedAt, data, metadata, sha256: eventHash(event),
  })}\n`;
}

/** Writes the events of the log, or of one stream, in log order, as they are stored. `store` upcasts nothing. */
export async function exportEvents(store: EventStore, wishes: EventsWishes, output: ExportOutput): Promise<EventsExported> {
  const { stream } = wishes;
  if (stream?.startsWith('$') === true) return { kind: 'system_stream', stream };
  try {
    const logId = await store.logId();
    const bounds: { from?: bigint; to?: bigint } = {};
    for (const side of ['from', 'to'] as const) {
      const text = wishes[side];
      if (text === undefined) continue;
      const read = positionOf(text, logId);
      if (typeof read !== 'bigint') return { kind: read, text };
      bounds[side] = read;
    }
    const { from = 0n, to } = bounds;
    if (from > 0n && !(await store.holds(from))) return { kind: 'no_such_position', text: wishes.from ?? '' };
    const reading = (after: RecordedEvent | undefined): AsyncIterable<RecordedEvent> => {
      if (stream !== undefined) return store.readStream(stream, after === undefined ? 0n : after.revision + 1n);
      return after === undefined && from > 0n ? store.readAll(from, { including: true }) : store.readAll(after?.position);
    };
    const copied = await copy(reading, (event) => (event.position < from ? '' : eventLine(event, logId)), to, output);
    return copied.kind === 'exported' && stream !== undefined && copied.seen === 0 ? { kind: 'no_such_stream', stream } : copied;
  } catch (error) {
    if (error instanceof StoreUnavailable) return { kind: 'store_away', last: undefined };
    throw error;
  }
}

function positionOf(text: string, logId: string): bigint | 'position_malformed' | 'position_of_another_log' {
  const match = /^(?:([0-9a-f]{8})-)?(0|[1-9][0-9]{0,18})$/.exec(text);
  if (!match) return 'position_malformed';
  return match[1] === undefined || logId.startsWith(match[1]) ? BigInt(match[2] ?? '') : 'position_of_another_log';
}

type Copied = { readonly kind: 'exported'; readonly events: number; readonly seen: number } | Extract<EventsExported, { kind: 'store_away' }>;

/** The store is asked again where it fell silent, and let go while the reader takes its time. */
async function copy(reading: (after: RecordedEvent | undefined) => AsyncIterable<RecordedEvent>, lineOf: (event: RecordedEvent) => string, to: bigint | undefined, output: ExportOutput): Promise<Copied> {
  let last: RecordedEvent | undefined;
  let events = 0;
  let seen = 0;
  let failures = 0;
  for (;;) {
    let slow: Promise<void> | undefined;
    try {
      for await (const event of reading(last)) {
        if (to !== undefined && event.position > to) return { kind: 'exported', events, seen };
        const line = lineOf(event);
        const handedOver = output.write(line);
        [last, failures, seen] = [event, 0, seen + 1];
        if (line !== '') events += 1;
        if (handedOver === undefined || (await isTakenInTime(handedOver))) continue;
        slow = handedOver;
        break;
      }
      if (slow === undefined) return { kind: 'exported', events, seen };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      failures += 1;
      if (failures > MOST_FAILURES) return { kind: 'store_away', last: last?.position };
      await delay(WAIT_MS);
    }
    await slow;
  }
}

async function isTakenInTime(handedOver: Promise<void>): Promise<boolean> {
  const waiting = new AbortController();
  try {
    return await Promise.race([handedOver.then(() => true), delay(PATIENCE_MS, false, { signal: waiting.signal })]);
  } finally {
    waiting.abort();
  }
}
