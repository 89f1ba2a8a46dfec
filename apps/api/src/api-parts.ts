import type { Logger } from 'pino';
import type { SqlRunner } from '@ledger/projection-runtime';
import type { Clock } from '@ledger/kernel';
import type { Ledger } from '@ledger/command-handling';
import type { EventStore } from '@ledger/event-store';
import type { PersonVault } from '@ledger/privacy';

/** What the HTTP edge stands on. Put together by the process (or a test), closed by whoever made it. */
export interface ApiParts {
  readonly ledger: Ledger;
  readonly store: EventStore;
  readonly vault: PersonVault;
  /** Connections for queries, apart from those of the command side. */
  readonly database: SqlRunner;
  readonly tokens: readonly { readonly actorId: string; readonly token: string }[];
  readonly clock: Clock;
  readonly logger: Logger;
}

export const PARTS = Symbol('ApiParts');
