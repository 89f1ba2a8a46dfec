import {
  START, eventTypeFilter, excludeSystemEvents,
  type AllStreamResolvedEvent, type EventStoreDBClient, type Position,
} from '@eventstore/db-client';
import { setTimeout as pause } from 'node:timers/promises';
import { invariant } from '@ledger/kernel';
import { isSystemEvent, type Decode } from './decode.js';
import type { FollowState, LogSignal } from './port.js';
import { StreamBroken, pull } from './pull.js';
import { READ_AHEAD } from './reading.js';

// A checkpoint comes every SEARCH_WINDOW × CHECKPOINT_INTERVAL events that the store has looked at.
const SEARCH_WINDOW = 32;
const CHECKPOINT_INTERVAL = 32;

const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** What travels in the subscription's own queue: events as the client makes them, and our marks between them. */
type Item = AllStreamResolvedEvent | Mark;
type Mark = { readonly mark: 'confirmed' } | { readonly mark: 'caught_up' } | { readonly mark: 'checkpoint'; readonly position: bigint };

export interface FollowOptions {
  readonly client: EventStoreDBClient;
  readonly decode: Decode;
  readonly silenceMs: number;
  /** Only events of these types; all where none are named. */
  readonly types: readonly string[] | undefined;
  readonly signal: AbortSignal;
  readonly observe: (state: FollowState) => void;
}

/**
 * Follows the log across reconnections. The client's subscription fails once and then stays silent, so each failure
 * ends it, and another starts after what was handed over last: no gap and no repetition. Pauses between attempts grow
 * from 50 ms to 2 s, with jitter, and start again once the store has confirmed a subscription.
 */
export async function* following(after: bigint | undefined, options: FollowOptions): AsyncGenerator<LogSignal, void, undefined> {
  let last = after;
  let failures = 0;
  while (!options.signal.aborted) {
    try {
      for await (const item of subscription(last, options)) {
        if ('mark' in item) {
          if (item.mark === 'confirmed') {
            failures = 0;
            options.observe({ connected: true, since: new Date() });
          } else if (item.mark === 'caught_up') {
            yield { kind: 'caught_up' };
          } else if (last === undefined || item.position > last) {
            last = item.position;
            yield { kind: 'checkpoint', position: item.position };
          }
          continue;
        }
        if (isSystemEvent(item)) continue;
        const event = options.decode(item);
        invariant(last === undefined || event.position > last, 'a subscription brings events in log order, each once');
        last = event.position;
        yield { kind: 'event', event };
      }
      throwIfRunning(options.signal);
    } catch (error) {
      if (!(error instanceof StreamBroken)) throw error;
      failures += 1;
      options.observe({ connected: false, since: new Date(), lastError: error.message });
      await backOff(failures, options.signal);
    }
  }
}

function subscription(after: bigint | undefined, options: FollowOptions): AsyncGenerator<Item, void, undefined> {
  const search = {
    maxSearchWindow: SEARCH_WINDOW,
    checkpointInterval: CHECKPOINT_INTERVAL,
    checkpointReached: async (_subscription: unknown, position: Position): Promise<void> => {
      put({ mark: 'checkpoint', position: position.commit });
    },
  };
  const source = options.client.subscribeToAll(
    {
      fromPosition: after === undefined ? START : { commit: after, prepare: after },
      filter: options.types === undefined ? excludeSystemEvents(search) : eventTypeFilter({ ...search, regex: `^(${options.types.join('|')})$` }),
    },
    { highWaterMark: READ_AHEAD },
  );
  // The client calls back for these ahead of the events that it still holds. It does so while it takes the message
  // from the connection, so that pushing the mark now puts it where it belongs: behind those events.
  const put = (mark: Mark): boolean => source.push(mark);
  source.on('confirmation', () => put({ mark: 'confirmed' }));
  source.on('caughtUp', () => put({ mark: 'caught_up' }));
  return pull<Item>(source, {
    silenceMs: options.silenceMs,
    silentLater: true,
    signal: options.signal,
    cancel: () => source.unsubscribe(),
  });
}

/** The store may end a subscription politely, too. */
function throwIfRunning(signal: AbortSignal): void {
  if (!signal.aborted) throw new StreamBroken('the store ended the subscription');
}

async function backOff(failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(failures, 10));
  try {
    await pause(longest / 2 + (Math.random() * longest) / 2, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
