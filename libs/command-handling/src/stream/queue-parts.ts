import type { AppendOutcome, EventStore } from '@ledger/event-store';
import type { Clock, Gate } from '@ledger/kernel';
import type { CommandKeys } from '../claims/command-keys.js';
import type { LedgerLog } from '../ledger-log.js';
import type { LedgerLimits } from '../limits.js';
import type { PendingCommand } from '../pending-command.js';
import type { EarlierRecords } from '../records/earlier-records.js';
import type { VoucherIndex } from '../records/voucher-index.js';
import type { Folds } from './folds.js';

/** What every stream's queue works with. */
export interface QueueParts {
  readonly store: EventStore;
  readonly folds: Folds;
  readonly keys: CommandKeys;
  readonly records: EarlierRecords;
  readonly index: VoucherIndex;
  readonly appends: Gate;
  readonly clock: Clock;
  readonly limits: LedgerLimits;
  readonly log: LedgerLog;
  /** Told when a stream has certainly events. */
  readonly knowsOf: (stream: string) => void;
  /** Told when a command has its answer and the queue has let go of it. */
  readonly left: (pending: PendingCommand) => void;
  readonly measure: (batch: { readonly commands: number; readonly outcome: AppendOutcome['kind'] }) => void;
}
