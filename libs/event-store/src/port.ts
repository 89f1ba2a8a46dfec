import type { EventMetadata, RecordedEvent } from '@ledger/kernel';

/** An event as it is handed over for storing. `id` is a lower-case UUID. */
export interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
  /** `canonicalText` of `data`, where whoever appends has made it already. */
  readonly dataText?: string;
}

export type ExpectedRevision = bigint | 'no_stream';

/**
 * How an append ended. `conflict`: the stream is not where it was expected, nothing was written.
 * `store_unavailable`: nothing was sent. `outcome_unknown`: sent and unanswered; only a re-read of the stream tells.
 */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly lastRevision: bigint; readonly position: bigint }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'append_too_large'; readonly limitBytes: number }
  | { readonly kind: 'store_unavailable'; readonly reason: string }
  | { readonly kind: 'outcome_unknown'; readonly reason: string };

/** Thrown by reads when the store does not answer; handlers turn it into 503 `store_unavailable`. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** What the subscription hands over, in log order, through one queue: events overtake no checkpoint and none overtakes them. */
export type LogSignal =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caught_up' };

/** How a subscription stands: connected since, or away since and why. */
export type FollowState =
  | { readonly connected: true; readonly since: Date }
  | { readonly connected: false; readonly since: Date; readonly lastError: string };

/** The ledger's view of EventStoreDB. One adapter, on @eventstore/db-client; nothing else may import that package. */
export interface EventStore {
  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome>;
  /** Events from `from` on (inclusive), oldest first; nothing for a stream that does not exist. Upcast and decoded. */
  readStream(stream: string, from: bigint, maxCount?: number): AsyncIterable<RecordedEvent>;
  /** Newest first from the end. */
  readStreamBackward(stream: string, maxCount: number, from?: bigint): AsyncIterable<RecordedEvent>;
  /** Every event that is not a system event, in log order, after `after` (or from there on, `including` it); ends at the present end of the log. */
  readAll(after?: bigint, options?: { readonly including: boolean }): AsyncIterable<RecordedEvent>;
  /** As readAll, several events at a time, as they come: a page has at least one. For whoever reads millions. */
  readAllInPages(after?: bigint): AsyncIterable<readonly RecordedEvent[]>;
  /** The event at exactly that position; undefined where none stands there, or one of the store's own. */
  eventAt(position: bigint): Promise<RecordedEvent | undefined>;
  /** Whether a record of any kind, also one of the store's own, stands at exactly that position. */
  holds(position: bigint): Promise<boolean>;
  /**
   * Follows the log after `after` and goes on for ever, across reconnections; ends when `signal` aborts.
   * `observe` is told each time the connection comes or goes; with `types` the store sends only events of these types, and
   * checkpoints tell how far it has looked. Throws ForeignEvent at an event that is not the ledger's.
   */
  follow(after: bigint | undefined, signal: AbortSignal, observe?: (state: FollowState) => void, types?: readonly string[]): AsyncIterable<LogSignal>;
  /** Tells this log from every other: positions mean something only together with it. Created at first use. */
  logId(): Promise<string>;
  /** Answers when the store answers; throws StoreUnavailable. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
