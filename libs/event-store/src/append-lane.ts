import { randomUUID } from 'node:crypto';
import { invariant } from '@ledger/kernel';
import { AppendConnection } from './append-connection.js';
import { isConnectionError, outcomeOfFailure, reasonOf } from './append-failures.js';
import { appendMessage } from './append-message.js';
import { TOO_LATE, within } from './deadline.js';
import type { AppendOutcome, EventToAppend, ExpectedRevision } from './port.js';

/** One append with data, metadata and names: one message, which stores take up to 4 MiB of. */
export const LARGEST_APPEND_BYTES = 2_900_000;

/** Appends that may wait for one of the connection's places. */
export const MOST_WAITING_APPENDS = 10_000;

// How long the store may still begin with an append. Its outcome is told by the revision, however late it comes.
const STORE_DEADLINE_SECONDS = 10;

type Place = { readonly connection: AppendConnection } | { readonly refused: string };

interface Waiter {
  readonly bytes: number;
  /** Told once: the connection whose place it got, or undefined where it should look again. */
  readonly tell: (connection: AppendConnection | undefined) => void;
}

/**
 * Sends appends, each within its own deadline: the client never ends one by itself. A connection that answered nothing
 * for a whole deadline is given up and another opened. Correctness rests on the expected revision.
 */
export class AppendLane {
  private connection: AppendConnection;
  private replacing: Promise<void> | undefined;
  private readonly waiting: Waiter[] = [];
  private closed = false;

  constructor(private readonly connectionString: string, private readonly deadlineMs: number) {
    this.connection = new AppendConnection(connectionString);
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome> {
    invariant(events.length > 0, 'an append brings at least one event');
    const correlation = randomUUID();
    const message = appendMessage({ correlation, stream, expected, events, withinSeconds: STORE_DEADLINE_SECONDS });
    const bytes = message.length;
    if (bytes > LARGEST_APPEND_BYTES) return { kind: 'append_too_large', limitBytes: LARGEST_APPEND_BYTES };
    const until = performance.now() + this.deadlineMs;
    const place = await this.placeBefore(until, bytes);
    if ('refused' in place) return { kind: 'store_unavailable', reason: place.refused };
    const sent = place.connection.send(correlation, message);
    // The place is given back when the append is settled, which may be after its caller has given it up.
    const settled = (): void => this.giveBack(place.connection, bytes);
    sent.then(settled, settled);
    return this.outcome(place.connection, sent, until);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wakeAll();
    await this.replacing;
    await this.connection.end();
  }

  /** Waits for a place on an established connection; answers why there is none in time. Until here nothing was sent. */
  private async placeBefore(until: number, bytes: number): Promise<Place> {
    for (;;) {
      if (this.closed) return { refused: 'the connection to the store is closed' };
      if (this.replacing !== undefined) {
        if ((await within(this.replacing, until - performance.now())) === TOO_LATE) return { refused: 'reconnecting to the store' };
        continue;
      }
      const isFree = this.waiting.length === 0 && this.connection.take(bytes);
      const place = isFree ? { connection: this.connection } : await this.turnBefore(until, bytes);
      if (place === undefined) continue;
      if ('refused' in place) return place;
      const refused = await this.establishedBefore(place.connection, until);
      if (refused === undefined && place.connection === this.connection && !this.closed) return place;
      this.giveBack(place.connection, bytes);
      if (refused !== undefined) return { refused };
    }
  }

  private async establishedBefore(connection: AppendConnection, until: number): Promise<string | undefined> {
    if (connection.isCalling) return undefined;
    try {
      if ((await within(connection.established(), until - performance.now())) !== TOO_LATE) return undefined;
      this.replace(connection);
      return 'the store does not answer';
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      return reasonOf(error);
    }
  }

  /** Queues for a place; undefined where the connection was replaced meanwhile. */
  private async turnBefore(until: number, bytes: number): Promise<Place | undefined> {
    if (this.waiting.length >= MOST_WAITING_APPENDS) return { refused: 'too many appends wait for the store' };
    let tell: Waiter['tell'] = () => undefined;
    const turn = new Promise<AppendConnection | undefined>((resolve) => {
      tell = resolve;
    });
    this.waiting.push({ bytes, tell });
    let granted = await within(turn, until - performance.now());
    if (granted === TOO_LATE) {
      const index = this.waiting.findIndex((waiter) => waiter.tell === tell);
      if (index >= 0) {
        this.waiting.splice(index, 1);
        return { refused: 'the store has not answered what was sent before' };
      }
      // Its turn came in the same instant as its deadline.
      granted = await turn;
    }
    return granted === undefined ? undefined : { connection: granted };
  }

  private async outcome(connection: AppendConnection, sent: Promise<AppendOutcome>, until: number): Promise<AppendOutcome> {
    try {
      const sentAt = performance.now();
      const answer = await within(sent, until - sentAt);
      if (answer === TOO_LATE) {
        // A store that answers others is slow, not gone: cutting the connection would leave their outcomes unknown too.
        if (connection.isSilentSince(sentAt)) this.replace(connection);
        else connection.endCallsStuckSince(sentAt);
        return { kind: 'outcome_unknown', reason: `the store did not answer within ${this.deadlineMs} ms` };
      }
      return answer;
    } catch (error) {
      return outcomeOfFailure(error);
    }
  }

  /** Frees a place; whoever waits longest is served first, as far as there is room. */
  private giveBack(connection: AppendConnection, bytes: number): void {
    connection.giveBack(bytes);
    if (connection !== this.connection) return;
    while (this.waiting.length > 0 && connection.take(this.waiting[0]!.bytes)) this.waiting.shift()!.tell(connection);
  }

  /** Gives up a connection that does not answer: what is unanswered on it is rejected, then the next one is used. */
  private replace(suspect: AppendConnection): void {
    if (suspect !== this.connection || this.closed) return;
    this.connection = new AppendConnection(this.connectionString);
    this.wakeAll();
    this.replacing = suspect.end().finally(() => {
      this.replacing = undefined;
    });
  }

  private wakeAll(): void {
    for (const waiter of this.waiting.splice(0)) waiter.tell(undefined);
  }
}
