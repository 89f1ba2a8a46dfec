import type { Difference } from './differences.js';

export interface VerificationProgress {
  /** First the log is folded, event by event; then the tables that do not follow it are compared, row by row. */
  readonly phase: 'log' | 'rows';
  readonly done: number;
  readonly total: number | undefined;
}

export interface Verdict {
  /** The first of them; `count` says how many there are. */
  readonly differences: readonly Difference[];
  readonly count: number;
  /** Events folded and rows compared. */
  readonly events: number;
  readonly rows: number;
  /** Events of the log that no read model reflects yet. */
  readonly beyond: number;
  /** The read models, and how far each was verified. */
  readonly models: readonly { readonly name: string; readonly position: bigint | undefined }[];
}
