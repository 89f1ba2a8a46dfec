import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { invariant } from '@ledger/kernel';
import { AppendCall, CallEnded } from './append-call.js';
import { isConnectionError } from './append-failures.js';
import { within } from './deadline.js';
import type { AppendOutcome } from './port.js';

const CLOSING_MS = 1_000;

/** Appends on one connection that may be unanswered at once, and their bytes together (or one append, however large). */
const MOST_IN_FLIGHT = 256;
const MOST_IN_FLIGHT_BYTES = 32 * 1024 * 1024;

/**
 * Calls of one connection that share its appends. A call sends one message and waits until the socket has taken it
 * before it sends the next, a turn of the event loop each: where many commands are under way, that was most of an append's time.
 */
const MOST_CALLS = 16;

/** One connection's appends, kept apart from reads: giving it up must not cut anybody's reading. */
export class AppendConnection {
  readonly client: EventStoreDBClient;
  private readonly calls: AppendCall[] = [];
  private inFlight = 0;
  private inFlightBytes = 0;
  private lastAnswerAt = -Infinity;
  private used = false;

  constructor(connectionString: string) {
    this.client = EventStoreDBClient.connectionString(connectionString);
  }

  /** Takes a place in flight for an append of so many bytes; false where there is none at present. */
  take(bytes: number): boolean {
    if (this.inFlight > 0 && this.inFlightBytes + bytes > MOST_IN_FLIGHT_BYTES) return false;
    if (this.inFlight >= MOST_IN_FLIGHT) return false;
    this.inFlight += 1;
    this.inFlightBytes += bytes;
    return true;
  }

  /** The append that held the place was answered, or failed. */
  giveBack(bytes: number): void {
    this.lastAnswerAt = performance.now();
    this.inFlight -= 1;
    this.inFlightBytes -= bytes;
  }

  /** Whether nothing has been answered since then (by `performance.now()`). */
  isSilentSince(then: number): boolean {
    return this.lastAnswerAt < then;
  }

  /** Resolves once the store has told what it can do, which it does once a connection; nothing is appended before. */
  async established(): Promise<void> {
    this.used = true;
    const told = await this.client['capabilities'];
    invariant(told.supports(StreamsService.batchAppend), 'the store takes batch appends: EventStoreDB 22.10 or later is needed');
  }

  /** Whether a call is under way: then there is nothing to wait for. */
  get isCalling(): boolean {
    return this.calls.length > 0;
  }

  /** Sends one append, the bytes of a BatchAppendReq. Rejects with the connection's error where that ends first. */
  send(correlation: string, message: Buffer): Promise<AppendOutcome> {
    return this.leastBusyCall().send(correlation, message);
  }

  private leastBusyCall(): AppendCall {
    let least: AppendCall | undefined;
    for (const call of this.calls) if (least === undefined || call.unansweredAppends < least.unansweredAppends) least = call;
    if (least !== undefined && (least.unansweredAppends === 0 || this.calls.length === MOST_CALLS)) return least;
    const call: AppendCall = new AppendCall(this.client, () => void this.calls.splice(this.calls.indexOf(call), 1));
    this.calls.push(call);
    return call;
  }

  /** Gives up calls that hang while others of the connection are answered: their places would never come back. */
  endCallsStuckSince(then: number): void {
    for (const call of [...this.calls]) if (call.isStuckSince(then)) call.giveUp();
  }

  /** Ends the connection; whatever is unanswered on it is rejected before this resolves. */
  async end(): Promise<void> {
    await within(this.client.dispose(), CLOSING_MS);
    for (const call of [...this.calls]) call.end(new CallEnded('the connection was given up'));
    if (this.used) await closeChannel(this.client);
  }
}

/**
 * Ends the client's calls and its connection. `dispose` waits for ever where a stream was given up before its call
 * began, and it leaves the socket open; the channel is the client's own and has no public door.
 */
export async function closeClient(client: EventStoreDBClient): Promise<void> {
  await within(client.dispose(), CLOSING_MS);
  await closeChannel(client);
}

async function closeChannel(client: EventStoreDBClient): Promise<void> {
  const closing = client['getChannel']().then(
    (channel) => channel.close(),
    (error: unknown) => {
      // No channel could be found, so there is none to close.
      if (!isConnectionError(error)) throw error;
    },
  );
  await within(closing, CLOSING_MS);
}
