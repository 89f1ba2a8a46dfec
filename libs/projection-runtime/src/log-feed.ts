import type { EventStore } from '@ledger/event-store';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildRunner } from './build-runner.js';
import { isPassingFailure } from './passing-failure.js';
import { reasonOf } from './poison-event.js';

const RETRY_MS = 500;

/** One reading of the log, decoded once, handed to several builds. It waits for the slowest of them. */
export class LogFeed {
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;
  /** Why the log cannot be read at the moment. */
  hindrance: string | undefined;
  /** Set where reading failed in a way that another attempt will not mend. */
  failure: unknown;

  constructor(private readonly store: EventStore, readonly runners: readonly BuildRunner[]) {
    this.done = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.read();
        return;
      } catch (error) {
        this.hindrance = reasonOf(error);
        if (!isPassingFailure(error)) {
          this.failure = error;
          return;
        }
        await sleep(RETRY_MS);
      }
    }
  }

  private async read(): Promise<void> {
    for await (const signal of this.store.follow(this.start(), this.stopping.signal)) {
      if (this.stopping.signal.aborted) return;
      this.hindrance = undefined;
      for (const runner of this.runners) {
        if (!runner.isRunning) continue;
        if (signal.kind === 'event') runner.offer(signal.event);
        else if (signal.kind === 'checkpoint') runner.offerPosition(signal.position);
        else runner.becomeLive();
      }
      for (const runner of this.runners) if (runner.queue.isFull && runner.isRunning) await this.roomIn(runner);
    }
  }

  private async roomIn(runner: BuildRunner): Promise<void> {
    while (runner.queue.isFull && runner.isRunning && !this.stopping.signal.aborted) await runner.room();
  }

  /** Where the build that is furthest behind has come to; undefined is the log's beginning. */
  private start(): bigint | undefined {
    let start: bigint | undefined;
    for (const [index, runner] of this.runners.filter((one) => one.isRunning).entries()) {
      const received = runner.queue.received;
      if (received === undefined) return undefined;
      if (index === 0 || start === undefined || received < start) start = received;
    }
    return start;
  }
}
