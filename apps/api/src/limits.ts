// Every bound of the HTTP edge that is not a field's, in one place, each with its unit.

export const HTTP_LIMITS = {
  /** Connections at the same time; one more is dropped at once. */
  connections: 4_000,
  /** Bytes of a request's line and headers together; beyond it 431. */
  headerBytes: 16_384,
  /** From the first byte to the end of the headers. */
  headersMs: 10_000,
  /** From the first byte to the end of the body. */
  requestMs: 120_000,
  /** An idle connection is kept for its next request. */
  keepAliveMs: 30_000,
  /** Accepted requests are finished within it when the process is asked to stop. */
  stopMs: 10_000,
  /** A query waits for the position that it names. */
  positionWaitMs: 2_000,
} as const;
