import type { EventStore } from '@ledger/event-store';
import type { BuildRunner } from './build-runner.js';
import { isPassingFailure } from './passing-failure.js';
import { reasonOf } from './poison-event.js';
import { Wakeup } from './wakeup.js';

const RETRY_MS = 500;
/** For what another attempt is not likely to mend, such as an event that cannot be decoded. */
const LATE_RETRY_MS = 5_000;

/** One reading of the log, decoded once, handed to several builds. It waits for the slowest of them. */
export class LogFeed {
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private readonly done: Promise<void>;
  /** At first and after the connection was lost: who answers may be another store. */
  private isDoubtful = true;
  /** Why the log cannot be read at the moment. */
  hindrance: string | undefined;
  /** True once another log answers in place of the one that was followed: nothing of it was handed over. */
  sawAnotherLog = false;

  constructor(private readonly store: EventStore, private readonly logId: string, readonly runners: readonly BuildRunner[]) {
    this.done = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeup.wake();
    await this.done;
  }

  private get isOver(): boolean { return this.stopping.signal.aborted || this.sawAnotherLog; }

  private async run(): Promise<void> {
    while (!this.isOver) {
      try {
        await this.read();
      } catch (error) {
        this.hindrance = reasonOf(error);
        this.isDoubtful = true;
        await this.wakeup.waitUntil(() => this.isOver, isPassingFailure(error) ? RETRY_MS : LATE_RETRY_MS);
      }
    }
  }

  /** What the log has before it is read as fast as the slowest build takes it; what comes after that, as it comes. */
  private async read(): Promise<void> {
    for await (const page of this.store.readAllInPages(this.start())) {
      await this.hand((runner) => runner.offer(page));
      if (this.isOver) return;
    }
    const signals = this.store.follow(this.start(), this.stopping.signal, (state) => {
      this.hindrance = state.connected ? undefined : `the event store is away: ${state.lastError ?? 'no answer'}`;
      if (!state.connected) this.isDoubtful = true;
    });
    for await (const signal of signals) {
      await this.hand((runner) => {
        if (signal.kind === 'event') runner.offer([signal.event]);
        else if (signal.kind === 'checkpoint') runner.offerPosition(signal.position);
        else runner.becomeLive();
      });
      if (this.isOver) return;
    }
  }

  /** Tells every build, once it is certain that this is the log they are made from, and waits until all of them take more. */
  private async hand(tell: (runner: BuildRunner) => void): Promise<void> {
    if (this.isDoubtful) await this.askWhoAnswers();
    if (this.isOver) return;
    for (const runner of this.runners) if (runner.isRunning) tell(runner);
    for (const runner of this.runners) if (runner.queue.isFull) await this.roomIn(runner);
  }

  private async askWhoAnswers(): Promise<void> {
    this.sawAnotherLog = (await this.store.logId()) !== this.logId;
    this.isDoubtful = false;
    this.hindrance = undefined;
  }

  private async roomIn(runner: BuildRunner): Promise<void> {
    while (runner.queue.isFull && runner.isRunning && !this.isOver) await runner.room();
  }

  /** Where the build that is furthest behind has come to; undefined is the log's beginning. */
  private start(): bigint | undefined {
    let start: bigint | undefined;
    for (const runner of this.runners) {
      if (!runner.isRunning) continue;
      const { received } = runner.queue;
      if (received === undefined) return undefined;
      if (start === undefined || received < start) start = received;
    }
    return start;
  }
}
