import type { ProposedEvent } from '../storage/index.js';
import type { AppendTarget } from '../wire/append-target.js';
import type { BatchAppendRequest } from '../wire/batch-append-codec.js';
import type { AppendFault } from './append-failures.js';
import type { ServiceContext } from './service-context.js';

/** Appends of one call that may be unfinished, or answered while their rest is still coming. */
const MAX_UNFINISHED = 1_024;

/** With less time left than this no append becomes durable, so it is not begun. Milliseconds. */
const LEAST_TIME_LEFT_MS = 1;

/** An append all of whose parts have arrived. */
export interface GatheredAppend {
  correlation: Buffer;
  target: AppendTarget;
  events: ProposedEvent[];
  /** Received bytes, for the budget. */
  bytes: number;
}

interface Unfinished extends GatheredAppend {
  dataBytes: number;
  timer: NodeJS.Timeout;
}

type Verdict = GatheredAppend | 'incomplete' | 'unknown_correlation' | 'too_many_unfinished';

/**
 * Puts the parts of appends together. An append that is faulty, too large or late is reported once through
 * `onFault`; whatever still comes of it is dropped, because a second answer for one correlation kills the client.
 */
export class BatchGathering {
  private readonly unfinished = new Map<string, Unfinished>();
  private readonly answered = new Set<string>();

  constructor(
    private readonly context: ServiceContext,
    private readonly onFault: (append: { correlation: Buffer; target: AppendTarget }, fault: AppendFault) => void,
  ) {}

  /** Takes one message of `bytes` received bytes; answers the append it completes, if any. */
  add(request: BatchAppendRequest, bytes: number, now: number): Verdict {
    const { correlation, options } = request;
    if (options !== undefined && request.isFinal && this.unfinished.size === 0) {
      const whole = { correlation, target: options, events: request.events, bytes };
      const fault = this.faultOf(request, request.events.length, request.dataBytes, options.deadline, now);
      if (fault === undefined) return whole;
      this.onFault(whole, fault);
      return 'incomplete';
    }
    return this.addPart(request, bytes, now);
  }

  /** Forgets what is unfinished, without answers: the call is over. */
  dispose(): void {
    for (const key of [...this.unfinished.keys()]) this.drop(key);
    this.answered.clear();
  }

  private addPart(request: BatchAppendRequest, bytes: number, now: number): Verdict {
    const key = request.correlation.toString('latin1');
    let append = this.unfinished.get(key);
    if (append === undefined) {
      if (this.answered.has(key)) {
        if (request.isFinal) this.answered.delete(key);
        return 'incomplete';
      }
      if (request.options === undefined) {
        if (!request.isFinal) this.answered.add(key);
        return this.answered.size > MAX_UNFINISHED ? 'too_many_unfinished' : 'unknown_correlation';
      }
      if (this.unfinished.size + this.answered.size >= MAX_UNFINISHED) return 'too_many_unfinished';
      append = this.begin(key, request.correlation, request.options, now);
    }
    if (!this.context.budget.gather(bytes)) {
      this.refuse(key, append, request.isFinal, { kind: 'server_cannot_take_it', message: 'too many bytes of unfinished appends' });
      return 'incomplete';
    }
    append.bytes += bytes;
    append.dataBytes += request.dataBytes;
    const fault = this.faultOf(request, append.events.length + request.events.length, append.dataBytes, Infinity, now);
    if (fault !== undefined) {
      this.refuse(key, append, request.isFinal, fault);
      return 'incomplete';
    }
    for (const event of request.events) append.events.push(event);
    if (!request.isFinal) return 'incomplete';
    this.drop(key);
    return append;
  }

  private begin(key: string, correlation: Buffer, target: AppendTarget & { deadline: number }, now: number): Unfinished {
    const wait = Math.max(0, Math.min(target.deadline - now, this.context.limits.appendArrivalMs));
    const timer = setTimeout(() => this.expire(key), wait);
    timer.unref();
    const append: Unfinished = { correlation: Buffer.from(correlation), target, events: [], bytes: 0, dataBytes: 0, timer };
    this.unfinished.set(key, append);
    return append;
  }

  private expire(key: string): void {
    const append = this.unfinished.get(key);
    if (append !== undefined) this.refuse(key, append, false, { kind: 'timed_out', stage: 'the append did not arrive in time' });
  }

  private refuse(key: string, append: Unfinished, isFinal: boolean, fault: AppendFault): void {
    this.drop(key);
    if (!isFinal) this.answered.add(key);
    this.onFault(append, fault);
  }

  private drop(key: string): void {
    const append = this.unfinished.get(key);
    if (append === undefined) return;
    clearTimeout(append.timer);
    this.unfinished.delete(key);
    this.context.budget.gathered(append.bytes);
  }

  private faultOf(request: BatchAppendRequest, events: number, dataBytes: number, deadline: number, now: number): AppendFault | undefined {
    const { maxAppendBytes, maxAppendEvents } = this.context.limits;
    if (request.fault !== undefined) return { kind: 'bad_request', message: request.fault };
    if (deadline <= now + LEAST_TIME_LEFT_MS) return { kind: 'timed_out', stage: 'the deadline had passed when the append arrived' };
    if (dataBytes > maxAppendBytes) return { kind: 'append_exceeds_maximum_size', maxAppendBytes };
    if (events > maxAppendEvents) return { kind: 'bad_request', message: `an append has at most ${maxAppendEvents} events` };
    return undefined;
  }
}
