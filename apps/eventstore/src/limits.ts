const KIB = 1024;
const MIB = 1024 * KIB;

/** Every bound the server keeps, stated in docs/eventstore.md and tried in limits.int.spec.ts. Sizes in bytes. */
export interface ServerLimits {
  /** Data bytes of all events of one append (metadata and names are not counted, as in EventStoreDB). */
  maxAppendBytes: number;
  /** Events in one append. */
  maxAppendEvents: number;
  /** One received gRPC message of an append; an append may come in several. */
  maxMessageBytes: number;
  /** The request message of every other call. */
  maxRequestBytes: number;
  /** Bytes of appends of which not every message has arrived yet, over all connections. */
  maxGatheringBytes: number;
  /** Appends of one connection that wait for the disk; at the limit the server stops reading its batch appends. */
  maxInFlightAppends: number;
  /** Their bytes, likewise. */
  maxInFlightBytes: number;
  /** Received bytes over all connections, likewise. Small events grow fourfold on disk; the log takes 64 MiB. */
  maxInFlightBytesOverall: number;
  /** How long an append may take to arrive completely, where its caller set no shorter deadline. Milliseconds. */
  appendArrivalMs: number;
  maxConnections: number;
  /** Every connection is pinged so often, and ended where the last ping is unanswered. Milliseconds. */
  connectionProbeMs: number;
  /** gRPC calls open at once on one connection. */
  maxStreamsPerConnection: number;
  maxSubscribers: number;
  /** Reads that are not subscriptions, running at once. */
  maxReads: number;
  /** Bytes asked of the log at once for one reader: two such pages are held for a reader that does not read. */
  readPageBytes: number;
  /** Likewise for readers that come when there are `crowd` others already. */
  crowdedPageBytes: number;
  crowd: number;
  /** Recently written frames kept for live subscribers. A subscriber further behind reads the log. */
  tailBytes: number;
  /** Length of a regular expression in a filter, in characters. */
  maxRegexLength: number;
  /** Instructions it may compile to: `(a?){1000}` is short but long. */
  maxRegexProgram: number;
  /** Prefixes in one filter. */
  maxFilterPrefixes: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxAppendBytes: MIB,
  maxAppendEvents: 100_000,
  maxMessageBytes: 17 * MIB,
  maxRequestBytes: 256 * KIB,
  maxGatheringBytes: 64 * MIB,
  maxInFlightAppends: 4_096,
  maxInFlightBytes: 12 * MIB,
  maxInFlightBytesOverall: 16 * MIB,
  appendArrivalMs: 30_000,
  maxConnections: 4_000,
  connectionProbeMs: 20_000,
  maxStreamsPerConnection: 1_000,
  maxSubscribers: 2_000,
  maxReads: 2_000,
  readPageBytes: 512 * KIB,
  crowdedPageBytes: 64 * KIB,
  crowd: 200,
  tailBytes: 8 * MIB,
  maxRegexLength: 1_000,
  maxRegexProgram: 500,
  maxFilterPrefixes: 1_000,
};

/** The largest value --max-append-size may take: an append must fit into one message and into the client's 17 MiB. */
export const LARGEST_MAX_APPEND_BYTES = 16 * MIB;
