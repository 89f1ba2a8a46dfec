import {
  BACKWARDS, END, ErrorType, FORWARDS, isCommandError,
  type AllStreamResolvedEvent, type CommandError, type EventStoreDBClient, type ResolvedEvent,
} from '@eventstore/db-client';
import type { RecordedEvent } from '@ledger/kernel';
import { isSystemEvent, type Decode } from './decode.js';
import { StoreUnavailable } from './port.js';
import { StreamBroken, pull } from './pull.js';
import { reasonOf } from './append-failures.js';
import type { Followed } from './followed-message.js';
import { plainReadInPages, plainTarget } from './plain-read.js';
import { readCallInPages } from './read-call.js';
import { wholeLogRequest } from './whole-log-request.js';

/** Events that the client may hold ready for a reader, on top of what flow control keeps in the socket. */
export const READ_AHEAD = 256;

/** Events handed over at a time where the whole log is read. */
const PAGE = 256;

/** grpc's status 3, which the client has no error of its own for. */
const INVALID_ARGUMENT = /^3 INVALID_ARGUMENT/;

/** Reads of one connection. Each ends with StoreUnavailable when the store is away or says nothing for `silenceMs`. */
export class Reading {
  constructor(
    private readonly client: EventStoreDBClient,
    private readonly decode: Decode,
    private readonly silenceMs: number,
    /** Whether the store takes connections in the clear and without a password. */
    private readonly isPlain: boolean,
  ) {}

  async *forward(stream: string, from: bigint, maxCount?: number): AsyncGenerator<RecordedEvent> {
    if (maxCount === 0) return;
    const limit = maxCount === undefined ? {} : { maxCount };
    const source = this.client.readStream(
      stream, { direction: FORWARDS, fromRevision: from, ...limit }, { highWaterMark: READ_AHEAD });
    yield* this.decoded(source);
  }

  async *backward(stream: string, maxCount: number, from?: bigint): AsyncGenerator<RecordedEvent> {
    if (maxCount === 0) return;
    const source = this.client.readStream(
      stream, { direction: BACKWARDS, fromRevision: from ?? END, maxCount }, { highWaterMark: READ_AHEAD });
    yield* this.decoded(source);
  }

  async *all(after?: bigint, including = false): AsyncGenerator<RecordedEvent> {
    for await (const page of this.allInPages(after, including)) yield* page;
  }

  async *allInPages(after?: bigint, including = false): AsyncGenerator<RecordedEvent[]> {
    for await (const items of heldBack(this.wholeLog(wholeLogRequest(after)))) {
      const page: RecordedEvent[] = [];
      for (const item of items) {
        // A read starts at the position itself, and brings the store's own events too.
        if (item.kind !== 'event' || (!including && item.event.position?.commit === after) || isSystemEvent(item)) continue;
        try {
          page.push(this.decode(item));
        } catch (error) {
          // What stands before it is handed over all the same.
          if (page.length > 0) yield page;
          throw error;
        }
      }
      if (page.length > 0) yield page;
    }
  }

  private async *wholeLog(request: Buffer): AsyncGenerator<Followed[]> {
    const { silenceMs } = this;
    if (!this.isPlain) {
      yield* readCallInPages(this.client, 'readAll', request, { silenceMs, silentLater: false }, PAGE);
      return;
    }
    yield* plainReadInPages(await plainTarget(this.client, silenceMs), request, silenceMs);
  }

  async at(position: bigint): Promise<RecordedEvent | undefined> {
    const resolved = await this.first(position);
    return resolved?.event?.position.commit === position && !isSystemEvent(resolved) ? this.decode(resolved) : undefined;
  }

  async holds(position: bigint): Promise<boolean> {
    return (await this.first(position))?.event?.position.commit === position;
  }

  /** The first record at a position or after it. */
  private async first(position: bigint): Promise<AllStreamResolvedEvent | undefined> {
    const source = this.client.readAll({ direction: FORWARDS, fromPosition: { commit: position, prepare: position }, maxCount: 1 }, { highWaterMark: READ_AHEAD });
    try {
      for await (const resolved of this.items<AllStreamResolvedEvent>(source)) return resolved;
    } catch (error) {
      // Some stores refuse to read from between two records: that is an answer too.
      if (!(error instanceof StoreUnavailable && INVALID_ARGUMENT.test(error.message))) throw error;
    }
    return undefined;
  }

  private async *decoded(source: Source): AsyncGenerator<RecordedEvent> {
    for await (const resolved of this.items<ResolvedEvent>(source)) yield this.decode(resolved);
  }

  private items<Item>(source: Source): AsyncGenerator<Item> {
    return heldBack(pull<Item>(source, { silenceMs: this.silenceMs, silentLater: false, cancel: () => source.cancel() }));
  }
}

/**
 * One item is held back: whoever wants only the first of one then leaves a call that is over. Leaving it open means
 * resetting it, and servers end sessions that reset much.
 */
async function* heldBack<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  let held: Item | undefined;
  try {
    for await (const item of items) {
      if (held !== undefined) yield held;
      held = item;
    }
    if (held !== undefined) yield held;
  } catch (error) {
    if (!(error instanceof StreamBroken)) throw error;
    if (isOfType(error.cause, ErrorType.STREAM_NOT_FOUND)) return;
    if (isOfType(error.cause, ErrorType.STREAM_DELETED)) throw error.cause;
    throw new StoreUnavailable(reasonOf(error.cause ?? error), { cause: error });
  }
}

type Source = ReturnType<EventStoreDBClient['readStream']> | ReturnType<EventStoreDBClient['readAll']>;

function isOfType(error: unknown, type: ErrorType): boolean {
  return isCommandError(error as Error) && (error as CommandError).type === type;
}
