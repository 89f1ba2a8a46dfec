import { EventStoreDBClient } from '@eventstore/db-client';
import { invariant } from '@ledger/kernel';
import { isConnectionError } from './append-failures.js';
import { within } from './deadline.js';

const CLOSING_MS = 1_000;

/**
 * The official client of one connection's appends, kept apart from reads: giving it up must not cut anybody's reading.
 *
 * Appends in flight are limited because of the client: its queue of writes starts to hold messages back at sixteen, and
 * when the connection fails while it does, the queue rejects promises that nobody can handle, which ends the process.
 */
export class AppendConnection {
  static readonly mostInFlight = 15;
  private static open = 0;

  readonly client: EventStoreDBClient;
  private inFlight = 0;
  private used = false;

  constructor(connectionString: string) {
    this.client = EventStoreDBClient.connectionString(connectionString);
    // With false the client answers a conflict with a wrong revision.
    invariant(this.client['throwOnAppendFailure'], 'the connection string leaves throwOnAppendFailure on');
    AppendConnection.open += 1;
  }

  /**
   * Whether an error on this connection is about what was sent on it. The client keeps the pending appends of the whole
   * process in one map, and an error on any connection rejects them all.
   */
  get isAlone(): boolean {
    return AppendConnection.open === 1;
  }

  /** Takes one of the places in flight; false where all are taken. */
  take(): boolean {
    if (this.inFlight >= AppendConnection.mostInFlight) return false;
    this.inFlight += 1;
    return true;
  }

  giveBack(): void {
    this.inFlight -= 1;
  }

  /** Resolves once the store has told what it can do, which it does once a connection; nothing is appended before. */
  async established(): Promise<void> {
    this.used = true;
    await this.client['capabilities'];
  }

  /** Ends the connection; whatever is unanswered on it is rejected before this resolves. */
  async end(): Promise<void> {
    await this.client.dispose();
    AppendConnection.open -= 1;
    if (this.used) await closeChannel(this.client);
  }
}

/** `dispose` leaves the socket open; the channel is the client's own and has no public door. */
export async function closeChannel(client: EventStoreDBClient): Promise<void> {
  const closing = client['getChannel']().then(
    (channel) => channel.close(),
    (error: unknown) => {
      // No channel could be found, so there is none to close.
      if (!isConnectionError(error)) throw error;
    },
  );
  await within(closing, CLOSING_MS);
}
