/** Metadata of every event, from the first one on. Optional fields may be added; none is ever renamed. */
export interface EventMetadata {
  readonly commandId: string;
  /** HMAC-SHA-256 of the canonical input under the server's secret, hex: tells two inputs apart and nothing else. */
  readonly inputHash: string;
  readonly correlationId: string;
  readonly causationId: string;
  /** Opaque: which token's holder asked. */
  readonly actorId: string;
  /** ISO 8601 instant, set at append, never before its predecessor's in the stream. */
  readonly recordedAt: string;
  readonly schemaVersion: number;
  /** Where the event came from an imported set: the set's id and the row's `posted_seq`. */
  readonly source?: { readonly set: string; readonly seq: string };
}

/** An event as the log gives it back. */
export interface RecordedEvent<Data extends object = Record<string, unknown>> {
  readonly stream: string;
  readonly revision: bigint;
  /** Commit position in the log. */
  readonly position: bigint;
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Data>;
  readonly metadata: EventMetadata;
}
