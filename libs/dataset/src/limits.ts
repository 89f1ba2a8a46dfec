/** Bounds of what is read from a data set; each is tested, and going over one is a fault that names it. */
export const LIMITS = {
  /** Bytes of all files together: what is sound of them is held in memory. A province's year has about 4 MB, five million movements 440. */
  bytes: 512 * 1024 * 1024,
  /** Rows of all files together: held in memory while they are checked (about 0.6 kB each with what is decided on them). */
  rows: 6_000_000,
  /** Characters of one field. */
  fieldCharacters: 16_384,
  /** Characters of a code or number of a row's own: two of them and an id fit into an index of the read tables, and the API takes as many. */
  codeCharacters: 200,
  /** Characters of one row, and so of one line. */
  rowCharacters: 1_048_576,
  /** After so many broken quotes in one file its rest is not read: nothing in it can be trusted any more. */
  brokenQuotes: 20,
  /** Faults that are kept with their place; the others are counted. */
  faultsReported: 1_000,
  /** Members, recipients and instalments: what a 32-bit column holds. */
  count: 2_147_483_647,
  /** `posted_seq`: what a JSON number holds exactly. */
  sequence: Number.MAX_SAFE_INTEGER,
} as const;

export type Limits = { readonly [Name in keyof typeof LIMITS]: number };

/** Sets that are uploaded are checked in the memory of the process that serves everybody. */
export const LIMITS_OF_UPLOADS = { ...LIMITS, bytes: 256 * 1024 * 1024, rows: 2_000_000 } as const satisfies Limits;
