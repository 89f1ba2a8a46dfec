import type { FileOps } from './file-ops.js';

/** Number of an event in its stream, from 0 without gaps. A tombstone's is 2^63 - 1 and only appears inside frames. */
export type Revision = number;
/** Byte offset of an event's record in the whole log (all segments laid end to end); strictly increasing, below 2^53. */
export type LogPosition = number;
export type ExpectedRevision = Revision | 'no_stream' | 'any' | 'stream_exists';
export type Direction = 'forward' | 'backward';

export interface ProposedEvent {
  /** 16 bytes: the UUID in the order of its text form. */
  id: Buffer;
  type: string;
  contentType: string;
  data: Buffer;
  customMetadata: Buffer;
}

export type RefusalCode =
  | 'disk_nearly_full' // writes resume by themselves when there is space
  | 'log_failed' // a write or fdatasync failed: the process has to be restarted
  | 'queue_full' // more bytes wait for the disk than `maxQueuedBytes`
  | 'append_too_large' // over MAX_APPEND_BYTES once encoded
  | 'name_too_long' // stream or type over MAX_NAME_BYTES, content type over MAX_CONTENT_TYPE_BYTES
  | 'too_many_streams'
  | 'log_closed';

export type AppendOutcome =
  /** Settles only after fdatasync. `lastRevision` is -1 for an append of no events to a stream that does not exist. */
  | { kind: 'appended'; lastRevision: Revision | -1; position: LogPosition; idempotent: boolean }
  | { kind: 'wrong_expected_version'; current: Revision | 'no_stream' }
  | { kind: 'stream_deleted' }
  | { kind: 'refused'; code: RefusalCode; message: string };

/** One event as it is stored. Getters decode on demand, so that a page of frames costs little. */
export interface StoredRecord {
  readonly position: LogPosition;
  /** For a tombstone Number(2^63 - 1), which rounds up: ask `isTombstone`. */
  readonly revision: Revision;
  readonly isTombstone: boolean;
  readonly stream: string;
  readonly type: string;
  readonly contentType: string;
  /** 100 ns ticks since the unix epoch; never before its predecessor's in the log. */
  readonly createdTicks: bigint;
  /** The ready gRPC message: 5-byte prefix + ReadResp{event{event, commit_position}}; the id is in its text form. */
  readonly frame: Buffer;
  data(): Buffer;
  customMetadata(): Buffer;
  /** 16 bytes. */
  id(): Buffer;
}

export interface StreamMetadata {
  maxCount?: number;
  /** Seconds. */
  maxAge?: number;
  /** First readable revision; Infinity for a soft-deleted stream. */
  truncateBefore?: number;
  /** Seconds. */
  cacheControl?: number;
  /** The `$acl` object as written; the protocol side interprets it. */
  acl?: Record<string, unknown>;
}

/** What is durable of one stream. */
export interface StreamView {
  /** At least one event was written to it (also when all of them are hidden or it is soft-deleted). */
  exists: boolean;
  tombstoned: boolean;
  softDeleted: boolean;
  lastRevision: Revision | -1;
  /** First revision that reads show; lastRevision + 1 where none is. $maxAge is judged at this moment. */
  firstReadableRevision: Revision;
  /** Undefined where no metadata was ever written. */
  metadata: StreamMetadata | undefined;
}

export interface StreamPage {
  records: StoredRecord[];
  /** Nothing further in this direction at this moment. */
  end: boolean;
  /** Where the next page starts (inclusive); below 0 when a backward read is through. */
  next: Revision;
}

export interface LogPage {
  records: StoredRecord[];
  end: boolean;
  /** Where the next page starts, by the same rule as `from`. */
  next: LogPosition;
}

export type DurableListener = (records: StoredRecord[], end: LogPosition) => void;

export interface FlushReport {
  appends: number;
  events: number;
  bytes: number;
  writeMs: number;
  syncMs: number;
}

export interface EventLogStats {
  logId: string;
  state: 'serving' | 'disk_nearly_full' | 'failed' | 'closed';
  events: number;
  streams: number;
  segments: number;
  bytes: number;
  firstPosition: LogPosition | undefined;
  lastPosition: LogPosition | undefined;
  /** `created` of the last event, in milliseconds since the unix epoch. */
  lastCreatedMs: number | undefined;
  /** Memory of the index in bytes: exact for the typed arrays, estimated for stream names. */
  indexBytes: number;
  queuedAppends: number;
  queuedBytes: number;
}

export interface OpenOptions {
  /** A new segment is begun when the next append would pass this size, in bytes. Default 64 MiB. */
  segmentBytes?: number;
  /** Bytes that may wait for the disk before appends are refused with `queue_full`. Default 64 MiB. */
  maxQueuedBytes?: number;
  /** Free bytes below which writes are refused. Default 256 MiB. */
  diskReserveBytes?: number;
  /** 'full' (default) reads every sealed segment against its checksum before serving; 'tail' only what its index does not cover. */
  openCheck?: 'full' | 'tail';
  /** Events whose ids `any` and `stream_exists` recognise: a power of two, default 2^20. */
  rememberedEvents?: number;
  /** Called once when a write or fdatasync failed; the process should end. */
  onFailed?: (message: string) => void;
  /** Something was wrong that costs time only (for example an index file that had to be rebuilt). */
  onWarning?: (message: string) => void;
  onFlush?: (report: FlushReport) => void;
  /** Injectable for tests. */
  fileOps?: FileOps;
  /** Milliseconds since the unix epoch; injectable for tests. */
  clock?: () => number;
}

export interface EventLog {
  /**
   * Appends all events or none. Refusals are values; rejects never, except for a bug.
   * Appends are decided in the order of the calls.
   */
  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<AppendOutcome>;
  /** Writes `$metadata {"$tb": 2^63 - 1}`; `position` is that event's, `lastRevision` the metadata stream's. */
  softDelete(stream: string, expected: ExpectedRevision): Promise<AppendOutcome>;
  /** Writes `$streamDeleted`; the stream can never be written again. */
  tombstone(stream: string, expected: ExpectedRevision): Promise<AppendOutcome>;
  view(stream: string): StreamView;
  /**
   * One bounded page, `from` inclusive in both directions, under $maxCount, $maxAge and $tb; only what is durable.
   * Stops at `maxEvents` or when `maxBytes` are reached (at least one event). A tombstoned or unknown stream is empty.
   * Rejects with LogDamagedError when a record on disk does not match its checksum.
   */
  readStream(stream: string, from: Revision | 'start' | 'end', direction: Direction, maxEvents: number, maxBytes: number): Promise<StreamPage>;
  /** Forward: from the first event at or after `from`. Backward: from the last event before `from`. Otherwise as readStream. */
  readAll(from: LogPosition | 'start' | 'end', direction: Direction, maxEvents: number, maxBytes: number): Promise<LogPage>;
  /** End of what is durable; every event before it can be read. */
  readonly durableEnd: LogPosition;
  /** Position of the last durable event, or undefined. */
  readonly lastPosition: LogPosition | undefined;
  /** Called after every fdatasync with what became durable, in log order. Returns the unsubscriber. */
  onDurable(listener: DurableListener): () => void;
  stats(): EventLogStats;
  /** Waits for what is queued, then releases the folder. */
  close(): Promise<void>;
}
