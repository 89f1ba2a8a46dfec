import { EventStoreDBClient } from '@eventstore/db-client';
import { invariant } from '@ledger/kernel';
import { isConnectionError } from './append-failures.js';
import { within } from './deadline.js';

const CLOSING_MS = 1_000;

/** Appends on one connection that may be unanswered at once, and their bytes together (or one append, however large). */
const MOST_IN_FLIGHT = 256;
const MOST_IN_FLIGHT_BYTES = 32 * 1024 * 1024;

/** The official client of one connection's appends, kept apart from reads: giving it up must not cut anybody's reading. */
export class AppendConnection {
  private static open = 0;

  readonly client: EventStoreDBClient;
  private inFlight = 0;
  private inFlightBytes = 0;
  private lastAnswerAt = -Infinity;
  private used = false;

  constructor(connectionString: string) {
    this.client = withoutWriteQueue(EventStoreDBClient.connectionString(connectionString));
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
    await this.client['capabilities'];
  }

  /** Ends the connection; whatever is unanswered on it is rejected before this resolves. */
  async end(): Promise<void> {
    await within(this.client.dispose(), CLOSING_MS);
    AppendConnection.open -= 1;
    if (this.used) await closeChannel(this.client);
  }
}

/**
 * The client queues writes while its stream asks it to wait, which it does from sixteen messages on; when the connection
 * fails meanwhile, that queue rejects promises that nobody can handle, and so ends the process. What is in flight is
 * bounded here already, so the stream is made to take everything at once.
 */
function withoutWriteQueue(client: EventStoreDBClient): EventStoreDBClient {
  const create = client['GRPCStreamCreator'];
  client['GRPCStreamCreator'] = (service, name, creator, cache) =>
    create(service, name, async (grpc) => neverWaiting(await creator(grpc)), cache);
  return client;
}

function neverWaiting<Stream extends object>(stream: Stream): Stream {
  if (!('write' in stream) || typeof stream.write !== 'function') return stream;
  const write = stream.write.bind(stream) as (message: unknown) => boolean;
  stream.write = (message: unknown): true => {
    write(message);
    return true;
  };
  return stream;
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
