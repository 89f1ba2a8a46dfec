import type { DifferenceGroup } from './differences.js';

export interface VerificationProgress {
  /** First the log is folded, event by event; then the tables that do not follow it are compared, row by row. */
  readonly phase: 'log' | 'rows';
  readonly done: number;
  /** About how many there are. */
  readonly total: number;
}

/** How far a read model was verified. */
export interface VerifiedModel {
  readonly name: string;
  /** How much of the log it reflects; undefined where it has seen nothing. */
  readonly position: bigint | undefined;
  /** Whether all of it was compared: false where it has gone on past the moment that was asked about. */
  readonly isWhole: boolean;
}

export interface Verdict {
  readonly groups: readonly DifferenceGroup[];
  /** How many differences there are in all. */
  readonly count: number;
  /** Events folded, and the position of the last. */
  readonly events: number;
  readonly until: bigint | undefined;
  readonly logId: string;
  readonly rows: number;
  readonly tables: number;
  /** `projection.table` of those that tell only of the present and were left out, since a past moment was asked about. */
  readonly presentOnly: readonly string[];
  /** Events of the log after `until`. */
  readonly beyond: number;
  readonly models: readonly VerifiedModel[];
  /** Codes of associations and funds, by id. */
  readonly codes: ReadonlyMap<string, string>;
}
