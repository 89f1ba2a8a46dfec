import { EventStoreDBClient } from '@eventstore/db-client';
import { systemClock, type Clock, type RecordedEvent } from '@ledger/kernel';
import { closeClient } from './append-connection.js';
import { AppendLane } from './append-lane.js';
import { decoder, type Decode } from './decode.js';
import { following } from './follow.js';
import { LOG_STREAM, identifyLog } from './log-identity.js';
import type { AppendOutcome, EventStore, EventToAppend, ExpectedRevision, FollowState, LogSignal } from './port.js';
import { isPlain } from './plain-read.js';
import { Reading } from './reading.js';
import { upcasters as everyUpcaster, upcasting, type Upcaster } from './upcasters.js';

export interface EventStoreOptions {
  /** How long an append may take before its outcome counts as unknown, in milliseconds. */
  readonly appendDeadlineMs?: number;
  /** How long a read, or a subscription that starts, may say nothing before the store counts as away, in milliseconds. */
  readonly silenceMs?: number;
  /** Whoever checks hashes reads events as they are stored: `[]`. */
  readonly upcasters?: readonly Upcaster[];
  readonly clock?: Clock;
}

const APPEND_DEADLINE_MS = 2_000;
const SILENCE_MS = 2_000;

/**
 * Opens the ledger's view of an EventStoreDB, by the official client's connection string
 * (`esdb://host:port?tls=false`, several hosts, or `esdb+discover://`). Nothing is sent until it is used.
 * Throws for a malformed string.
 */
export function openEventStore(connectionString: string, options: EventStoreOptions = {}): EventStore {
  return new ClientEventStore(connectionString, options);
}

class ClientEventStore implements EventStore {
  private readonly client: EventStoreDBClient;
  private readonly lane: AppendLane;
  private readonly reading: Reading;
  private readonly decode: Decode;
  private readonly silenceMs: number;
  private readonly clock: Clock;
  private readonly closing = new AbortController();
  private identity: Promise<string> | undefined;

  constructor(connectionString: string, options: EventStoreOptions) {
    this.client = EventStoreDBClient.connectionString(connectionString);
    this.lane = new AppendLane(connectionString, options.appendDeadlineMs ?? APPEND_DEADLINE_MS);
    this.decode = decoder(upcasting(options.upcasters ?? everyUpcaster));
    this.silenceMs = options.silenceMs ?? SILENCE_MS;
    this.clock = options.clock ?? systemClock;
    this.reading = new Reading(this.client, this.decode, this.silenceMs, isPlain(connectionString));
  }

  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome> {
    return this.lane.append(stream, expected, events);
  }

  readStream(stream: string, from: bigint, maxCount?: number): AsyncIterable<RecordedEvent> {
    return this.reading.forward(stream, from, maxCount);
  }

  readStreamBackward(stream: string, maxCount: number, from?: bigint): AsyncIterable<RecordedEvent> {
    return this.reading.backward(stream, maxCount, from);
  }

  readAll(after?: bigint, options?: { readonly including: boolean }): AsyncIterable<RecordedEvent> {
    return this.reading.all(after, options?.including);
  }

  async *readAllInPages(after?: bigint): AsyncIterable<readonly RecordedEvent[]> {
    try {
      yield* this.reading.allInPages(after);
    } catch (error) {
      // Another store may answer the next time.
      this.identity = undefined;
      throw error;
    }
  }

  eventAt(position: bigint): Promise<RecordedEvent | undefined> {
    return this.reading.at(position);
  }

  holds(position: bigint): Promise<boolean> {
    return this.reading.holds(position);
  }

  follow(after: bigint | undefined, signal: AbortSignal, observe?: (state: FollowState) => void, types?: readonly string[]): AsyncIterable<LogSignal> {
    return following(after, {
      client: this.client,
      decode: this.decode,
      silenceMs: this.silenceMs,
      types,
      signal: AbortSignal.any([signal, this.closing.signal]),
      observe: (state) => {
        // Another store may answer after a reconnection.
        if (!state.connected) this.identity = undefined;
        observe?.(state);
      },
    });
  }

  logId(): Promise<string> {
    this.identity ??= this.identify();
    return this.identity;
  }

  async ping(): Promise<void> {
    for await (const event of this.reading.backward(LOG_STREAM, 1)) void event;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.lane.close();
    await closeClient(this.client);
  }

  private async identify(): Promise<string> {
    try {
      return await identifyLog(this, this.clock);
    } catch (error) {
      this.identity = undefined;
      throw error;
    }
  }
}
