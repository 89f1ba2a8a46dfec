import type { RecordedEvent } from '@ledger/kernel';
import type { Stretch } from './build-writer.js';

/** The largest number of events that one transaction takes of what has just happened. */
export const BATCH_LIMIT = 1_000;
/** And of what a build that catches up has before it: the more at once, the less is written of what they have in common. */
export const CATCH_UP_LIMIT = 2_500;
/** More than this waits for nobody: the reader pauses until the slowest build has written some. */
export const QUEUE_LIMIT = 2 * CATCH_UP_LIMIT;

/** What one build has been handed and has not written yet, in log order, positions without events included. */
export class EventQueue {
  private readonly handled: ReadonlySet<string>;
  private events: RecordedEvent[] = [];
  private taken = 0;
  /** How many events the log holds up to each queued event. */
  private counts: number[] = [];
  private count: number;
  private position: bigint | undefined;
  private time: string | undefined;
  private writtenTo: bigint | undefined;

  constructor(handles: readonly string[], after: bigint | undefined, eventsSoFar: bigint) {
    this.handled = new Set(handles);
    this.position = after;
    this.writtenTo = after;
    this.count = Number(eventsSoFar);
  }

  /** The last position handed over. */
  get received(): bigint | undefined { return this.position; }
  get length(): number { return this.events.length - this.taken; }
  get isFull(): boolean { return this.length >= QUEUE_LIMIT; }
  get hasAnything(): boolean { return this.position !== this.writtenTo; }

  /** What was handed over before, by an earlier reading of the log, is dropped. */
  offer(event: RecordedEvent): void {
    if (this.position !== undefined && event.position <= this.position) return;
    this.position = event.position;
    this.time = event.metadata.recordedAt;
    this.count += 1;
    if (!this.handled.has(event.type)) return;
    this.events.push(event);
    this.counts.push(this.count);
  }

  offerPosition(position: bigint): void {
    if (this.position === undefined || position > this.position) this.position = position;
  }

  /** The next stretch, at most `limit` events long; it stays queued until `drop`. Undefined where nothing waits. */
  next(limit: number = BATCH_LIMIT): Stretch | undefined {
    if (!this.hasAnything || this.position === undefined) return undefined;
    const events = this.events.slice(this.taken, this.taken + limit);
    const last = events.at(-1);
    const isAll = events.length === this.length;
    if (isAll || !last) return { after: this.writtenTo, through: this.position, throughTime: this.time, eventsThrough: BigInt(this.count), events };
    return { after: this.writtenTo, through: last.position, throughTime: last.metadata.recordedAt, eventsThrough: BigInt(this.counts[this.taken + events.length - 1] ?? this.count), events };
  }

  drop(stretch: Stretch): void {
    this.taken += stretch.events.length;
    this.writtenTo = stretch.through;
    if (this.taken < QUEUE_LIMIT && this.taken < this.events.length) return;
    this.events = this.events.slice(this.taken);
    this.counts = this.counts.slice(this.taken);
    this.taken = 0;
  }
}
