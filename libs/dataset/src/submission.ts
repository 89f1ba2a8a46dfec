import type { LedgerCommand } from '@ledger/fund-ledger';
import type { FileName } from './format.js';

/** Where a command comes from. */
export interface RowPlace {
  readonly file: FileName;
  readonly line: number;
}

/**
 * A row as the ledger takes it: what `Ledger.execute` asks for, but the actor. Personal text is in `secrets`, in clear
 * until the ledger seals it.
 */
export interface RowSubmission {
  readonly commandId: string;
  readonly command: LedgerCommand;
  readonly secrets?: {
    readonly personId: string;
    readonly profile?: { readonly name: string; readonly dateOfBirth?: string; readonly school?: string };
    readonly description?: string;
    readonly reason?: string;
  };
  /** Only movements have it: the set's id and the row's `posted_seq`. */
  readonly source?: { readonly set: string; readonly seq: string };
  readonly row: RowPlace;
}
