import type { Logger } from 'pino';
import type { Courier, RunningLedger } from '@ledger/command-handling';
import type { LedgerState } from '@ledger/dataset';
import type { EventStore } from '@ledger/event-store';
import type { Clock } from '@ledger/kernel';
import type { PersonVault } from '@ledger/privacy';
import type { SqlRunner } from '@ledger/projection-runtime';
import type { Metrics } from './health/metrics.js';

/** What the HTTP edge stands on. Put together by the process (or a test), closed by whoever made it. */
export interface ApiParts {
  readonly ledger: Pick<RunningLedger, 'execute' | 'statistics'>;
  readonly courier: Pick<Courier, 'status'>;
  readonly store: EventStore;
  readonly vault: PersonVault;
  /** Connections for queries, apart from those of the command side. */
  readonly database: SqlRunner;
  /** A fresh view of the ledger for checking one imported set against it. */
  readonly viewLedger: () => LedgerState;
  /** Whose token it is; undefined where it is nobody's. */
  readonly actorOf: (token: string) => string | undefined;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For the one line of each request; the same where none is given. */
  readonly accessLogger?: Logger;
  /** Uploads wait in a folder below it while they are checked and imported. */
  readonly dataFolder: string;
}

export const PARTS = Symbol('ApiParts');
