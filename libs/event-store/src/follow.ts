import type { EventStoreDBClient } from '@eventstore/db-client';
import { setTimeout as pause } from 'node:timers/promises';
import { invariant } from '@ledger/kernel';
import { isSystemEvent, type Decode } from './decode.js';
import { followRequest } from './follow-request.js';
import type { Followed } from './followed-message.js';
import type { FollowState, LogSignal } from './port.js';
import { StreamBroken } from './pull.js';
import { readCall } from './read-call.js';

const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

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
 * Follows the log across reconnections. A subscription that failed is over, and another starts after what was handed over last: no gap and no repetition. Pauses between attempts grow
 * from 50 ms to 2 s, with jitter, and start again once the store has confirmed a subscription.
 */
export async function* following(after: bigint | undefined, options: FollowOptions): AsyncGenerator<LogSignal, void, undefined> {
  let last = after;
  let failures = 0;
  while (!options.signal.aborted) {
    try {
      for await (const item of subscription(last, options)) {
        if (item.kind !== 'event') {
          if (item.kind === 'confirmed') {
            failures = 0;
            options.observe({ connected: true, since: new Date() });
          } else if (item.kind === 'caught_up') {
            yield { kind: 'caught_up' };
          } else if (item.kind === 'checkpoint' && (last === undefined || item.position > last)) {
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

function subscription(after: bigint | undefined, { client, silenceMs, signal, types }: FollowOptions): AsyncGenerator<Followed, void, undefined> {
  return readCall(client, 'subscribeToAll', followRequest(after, types), { silenceMs, silentLater: true, signal });
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
