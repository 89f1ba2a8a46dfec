// Every bound of the command handler in one place, each with its unit. Tests may narrow them; nothing widens by itself.

export interface LedgerLimits {
  /** Commands inside this process, waiting or being handled, over all streams; one more is answered `busy`. */
  readonly commandsInProcess: number;
  /** Commands waiting for one stream. */
  readonly commandsPerStream: number;
  /** Commands decided for one append. */
  readonly commandsPerAppend: number;
  /** Bytes of event data in one append; the store takes 1 MiB. */
  readonly bytesPerAppend: number;
  /** Appends that this process has sent and not been answered, over all streams. */
  readonly appendsInFlight: number;
  /** Reads of referenced things and of earlier records at the same time. */
  readonly readsInFlight: number;
  /** Rows of one statement on command_keys, and persons of one key request. */
  readonly rowsPerStatement: number;
  /** Outcomes waiting to be written; beyond it they are left to be found in the log. */
  readonly outcomesWaiting: number;
  /** How long a command tries again after conflicts and unanswered appends, in milliseconds. */
  readonly deadlineMs: number;
  /** When a command that was sent and not answered is told so, in milliseconds from its arrival: a client hears of it within 2 s. */
  readonly unknownAfterMs: number;
  /** Events that all cached folds were made of together (about 100 bytes each); each fold counts as 20 more. */
  readonly cachedEvents: number;
  /** Events of a book after which its fold is kept again, and the smallest book whose fold is kept at all. */
  readonly keptFoldEvents: number;
  /** Streams known to exist, and folds of small streams kept for reference checks. */
  readonly cachedReferences: number;
  /** Events read backward in search of the last closing before the index is asked for its place. */
  readonly backwardEvents: number;
}

export const LIMITS: LedgerLimits = {
  commandsInProcess: 20_000,
  commandsPerStream: 4_000,
  commandsPerAppend: 400,
  bytesPerAppend: 700_000,
  appendsInFlight: 128,
  readsInFlight: 64,
  rowsPerStatement: 1_000,
  outcomesWaiting: 50_000,
  deadlineMs: 2_000,
  unknownAfterMs: 1_500,
  cachedEvents: 1_000_000,
  keptFoldEvents: 10_000,
  cachedReferences: 200_000,
  backwardEvents: 500,
};

/** Seconds a client is asked to wait where the answer is "not now". */
export const RETRY_AFTER_SECONDS = 1;

/** How long the servers may be silent before a command is told that they are away. In milliseconds. */
export interface Patience {
  /** The store, for an append. */
  readonly appendDeadlineMs: number;
  /** The store, for a read. */
  readonly silenceMs: number;
  readonly postgresSilenceMs: number;
}

/**
 * Where somebody waits for the answer: an append that waits behind another's, a read behind that, and likewise one
 * statement behind another, have to be over within the 2 s in which every command is answered.
 */
export const PATIENCE: Patience = { appendDeadlineMs: 1_000, silenceMs: 900, postgresSilenceMs: 900 };

/** Where a program sends thousands of commands at a time, on a machine that may be busy: giving up would only make more work. */
export const PATIENCE_OF_PROGRAMS: Patience = { appendDeadlineMs: 20_000, silenceMs: 20_000, postgresSilenceMs: 20_000 };
/** Likewise for each command. */
export const LIMITS_OF_PROGRAMS = { deadlineMs: 20_000, unknownAfterMs: 20_000 } as const;
