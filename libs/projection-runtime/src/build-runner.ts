import type { DataSource } from 'typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gate } from '@ledger/kernel';
import type { RecordedEvent } from '@ledger/kernel';
import type { Build } from './builds.js';
import { writeStretch } from './build-writer.js';
import type { Stretch, WriteOutcome } from './build-writer.js';
import { BATCH_LIMIT, CATCH_UP_LIMIT, EventQueue } from './event-queue.js';
import { isPassingFailure } from './passing-failure.js';
import { reasonOf, stoppageBy } from './poison-event.js';
import type { Stoppage } from './poison-event.js';
import type { Projection } from './projection.js';
import { Wakeup } from './wakeup.js';

/**
 * Once live it rests so long for each event that the log had for it, and as long as the write took, at the longest
 * `LONGEST_REST_MS`: what comes alone is shown at once and the next soon again, while a write for every single event of a
 * stream would cost more than the commands do.
 */
const REST_MS_AN_EVENT = 10;
const LONGEST_REST_MS = 80;
/** Whom the log has more than so many events for at once is in a flood, where nobody waits for a single one: fewer and larger stretches cost less. */
const FLOOD = 50;
const FLOOD_REST_MS = 100;
/** While the past is read there is no hurry, and the log comes faster than it can be written. */
const CATCH_UP_LINGER_MS = 500;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Of builds that read the past so many write at a time: Postgres has enough to do, and the rows of the others need not be kept meanwhile. */
const past = new Gate(3);

/** How a build's writing ended: it was asked to stop, an event stopped it, its place moved, or its tables are gone. */
export type RunnerEnd = 'asked' | 'stopped' | 'moved' | 'gone';

/**
 * Writes one build: takes what the reader hands over and writes it in stretches, one at a time. While it catches up it
 * waits for a full stretch or 500 ms; once live it writes at once and rests after each write, the longer the more has come
 * meanwhile, so that a stream of single events becomes small batches instead of a busy loop.
 */
export class BuildRunner {
  readonly queue: EventQueue;
  private readonly wakeup = new Wakeup();
  private readonly roomMade = new Wakeup();
  private live = false;
  private told = 0;
  private stopping = false;
  private passedBefore: bigint;
  ended: RunnerEnd | undefined;
  stoppage: Stoppage | undefined;
  hindrance: string | undefined;
  /** Settles when nothing is written any more. */
  readonly done: Promise<void>;

  /** `onNews` is told when it has nearly caught up, when it has, and when it is stopped. */
  constructor(private readonly database: DataSource, readonly projection: Projection, readonly build: Build, private readonly logId: string, private readonly onNews: () => void) {
    this.queue = new EventQueue(projection.handles, build.position, build.events);
    this.passedBefore = build.events;
    if (build.logId !== undefined && build.logId !== logId) this.stopForOtherLog(build.logId);
    this.done = this.run();
  }

  get isCaughtUp(): boolean { return this.live && !this.queue.hasAnything; }
  /** Has so little before it, where events keep coming, that a switch may wait for it. */
  get isNearlyCaughtUp(): boolean { return this.live && this.isRunning && this.queue.length < BATCH_LIMIT; }
  get isRunning(): boolean { return this.ended === undefined; }

  offer(events: readonly RecordedEvent[]): void {
    for (const event of events) this.queue.offer(event);
    this.wakeup.wake();
  }

  offerPosition(position: bigint): void {
    this.queue.offerPosition(position);
    this.wakeup.wake();
  }

  /** The reader has come to the present end of the log. */
  becomeLive(): void {
    this.live = true;
    this.wakeup.wake();
  }

  /** Resolves when the queue takes events again, or the runner has ended and takes none. */
  async room(): Promise<void> {
    while (this.queue.isFull && this.isRunning) await this.roomMade.wait(1_000);
  }

  /** Ends after the write under way; what is queued is left to the next writer. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeup.wake();
    await this.done;
  }

  private async run(): Promise<void> {
    while (!this.stopping && this.isRunning) {
      this.tellNews();
      if (!this.queue.hasAnything) { await this.wakeup.wait(1_000); continue; }
      if (!this.live) await this.wakeup.waitUntil(() => this.stopping || this.live || this.queue.length >= CATCH_UP_LIMIT, CATCH_UP_LINGER_MS);
      const begun = performance.now();
      const passed = await this.writeNext();
      if (this.live && this.queue.length < BATCH_LIMIT) await sleep(restAfter(passed, performance.now() - begun));
    }
    this.ended ??= 'asked';
    this.roomMade.wake();
  }

  /** Once for each; whoever follows it would else learn of it a round later. */
  private tellNews(): void {
    const news = this.isCaughtUp ? 2 : this.isNearlyCaughtUp ? 1 : 0;
    if (news <= this.told) return;
    this.told = news;
    this.onNews();
  }

  /** Answers how many events of the log it went past, those that the build does not handle included. */
  private async writeNext(): Promise<number> {
    const stretch = this.queue.next(this.live ? BATCH_LIMIT : CATCH_UP_LIMIT);
    if (!stretch) return 0;
    const passed = Number(stretch.eventsThrough - this.passedBefore);
    this.passedBefore = stretch.eventsThrough;
    const error = await this.write(stretch);
    if (error !== undefined) await this.findPoison(stretch, error);
    this.roomMade.wake();
    return passed;
  }

  /** Answers the failure that will not pass; waits out every other. */
  private async write(stretch: Stretch): Promise<unknown> {
    const attempt = (): Promise<WriteOutcome> => writeStretch(this.database, this.projection, this.build, this.logId, stretch);
    for (let pause = FIRST_RETRY_MS; !this.stopping; pause = Math.min(pause * 2, LAST_RETRY_MS)) {
      try {
        this.settle(await (this.live ? attempt() : past.through(attempt)), stretch);
        this.hindrance = undefined;
        return undefined;
      } catch (error) {
        if (!isPassingFailure(error)) return error ?? new Error('failed without saying why');
        this.hindrance = reasonOf(error);
        await this.wakeup.waitUntil(() => this.stopping, pause * (0.5 + Math.random() / 2));
      }
    }
    return undefined;
  }

  private settle(outcome: WriteOutcome, stretch: Stretch): void {
    if (outcome.kind === 'written') this.queue.drop(stretch);
    else if (outcome.kind === 'another_log') this.stopForOtherLog(outcome.logId);
    else this.ended = outcome.kind === 'build_is_gone' ? 'gone' : 'moved';
  }

  /** Halves the stretch until the one event is found; everything before it is written. */
  private async findPoison(stretch: Stretch, error: unknown): Promise<void> {
    let failed = stretch;
    let reason = error;
    while (!this.stopping && this.isRunning) {
      if (failed.events.length <= 1) return this.stopFor(failed.events[0] ? stoppageBy(failed.events[0], reason) : { reason: reasonOf(reason) });
      const half = this.queue.next(Math.ceil(failed.events.length / 2));
      if (!half) return;
      const failure = await this.write(half);
      if (failure !== undefined) { failed = half; reason = failure; continue; }
      const rest = this.queue.next(failed.events.length - half.events.length);
      if (!rest || rest.events.length === 0) return;
      failed = rest;
    }
  }

  private stopForOtherLog(logId: string): void {
    this.stopFor({ reason: `rebuild needed: these rows were made from log ${logId}, the log is now ${this.logId}` });
  }

  /** Ends it for what more waiting does not mend. */
  stopFor(stoppage: Stoppage): void {
    this.stoppage = stoppage;
    this.ended = 'stopped';
    this.onNews();
  }
}

function restAfter(passed: number, tookMs: number): number {
  return passed > FLOOD ? FLOOD_REST_MS : Math.min(Math.max(passed * REST_MS_AN_EVENT, tookMs), LONGEST_REST_MS);
}
