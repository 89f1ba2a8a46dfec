import type { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { readAppendReply } from './append-message.js';
import type { AppendOutcome } from './port.js';

const { path: BATCH_APPEND } = StreamsService.batchAppend;

const asTheyAre = (bytes: Buffer): Buffer => bytes;

interface Unanswered {
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
  /** By `performance.now()`. */
  readonly sentAt: number;
}

/**
 * A long call that carries appends of a connection. The official client finds the node, connects and says who we
 * are; the messages are our own, since its classes cost nearly half of the time of an append, and it keeps the pending
 * appends of the whole process in one map. Every error of the call belongs to what was sent on it, and to nothing else.
 */
export class AppendCall {
  private readonly unanswered = new Map<string, Unanswered>();
  private readonly call: ReturnType<AppendCall['open']>;
  private lastAnswerAt = -Infinity;
  private failure: { readonly error: unknown } | undefined;

  /** `ended` is told once, before anybody who waits for an answer. */
  constructor(client: EventStoreDBClient, private readonly ended: () => void) {
    this.call = this.open(client);
    this.call.catch((error: unknown) => this.end(error));
  }

  get unansweredAppends(): number {
    return this.unanswered.size;
  }

  /** Sends one append, the bytes of a BatchAppendReq. Rejects with the call's error where that ends first. */
  send(correlation: string, message: Buffer): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure.error);
      this.unanswered.set(correlation, { resolve, reject, sentAt: performance.now() });
      // Where the call cannot be opened, `end` has rejected this already.
      return void this.call.then((call) => call.write(message), () => undefined);
    });
  }

  /** Whether something that was sent by then waits for its answer, and nothing was answered since (by `performance.now()`). */
  isStuckSince(then: number): boolean {
    const [oldest] = this.unanswered.values();
    return oldest !== undefined && oldest.sentAt <= then && this.lastAnswerAt < then;
  }

  /** Ends the call here and at the store. */
  giveUp(): void {
    this.end(new CallEnded('the call was given up'));
    this.call.then((call) => call.cancel(), () => undefined);
  }

  /** Whatever is unanswered is rejected with this error; nothing more can be sent. */
  end(error: unknown): void {
    if (this.failure) return;
    this.failure = { error };
    this.ended();
    const rejected = [...this.unanswered.values()];
    this.unanswered.clear();
    for (const { reject } of rejected) reject(error);
  }

  private async open(client: EventStoreDBClient) {
    return client['GRPCStreamCreator'](StreamsClient, 'appendToStream', (grpc) => {
      const call = grpc.makeBidiStreamRequest(BATCH_APPEND, asTheyAre, asTheyAre, ...client['callArguments']({}, { deadline: Infinity }));
      call.on('data', (bytes: Buffer) => this.answered(bytes));
      call.on('error', (error: Error) => this.end(error));
      call.on('end', () => this.end(new CallEnded('the store ended the call')));
      return call;
    })();
  }

  private answered(bytes: Buffer): void {
    this.lastAnswerAt = performance.now();
    const { correlation, outcome } = readAppendReply(bytes);
    const waiting = this.unanswered.get(correlation);
    if (!waiting) return;
    this.unanswered.delete(correlation);
    try {
      waiting.resolve(outcome());
    } catch (error) {
      waiting.reject(error);
    }
  }
}

/** The call is over and says no more; what was sent and is unanswered stays so. */
export class CallEnded extends Error {
  override readonly name = 'CallEnded';
  readonly code = 'call_ended';
}
