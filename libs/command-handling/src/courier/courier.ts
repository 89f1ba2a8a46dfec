import type { DataSource } from 'typeorm';
import type { EventStore } from '@ledger/event-store';
import type { RotatableVault } from '@ledger/privacy';
import type { RecordedEvent } from '@ledger/kernel';
import { FOLLOW_UP_EVENTS } from '@ledger/fund-ledger';
import { followUpSubmission, isDone } from '../follow-ups.js';
import type { CommandAnswer } from '../ledger.js';
import type { LedgerLog } from '../ledger-log.js';
import type { InnerSubmission } from '../pending-command.js';
import { CourierConnection } from './checkpoint.js';
import { EventBuffer } from './event-buffer.js';
import { MasterKeyRenewal } from './master-key-renewal.js';
import { OpenFollowUps, type OpenFollowUp } from './open-follow-ups.js';

/** Events looked at before the checkpoint moves. */
const LARGEST_BATCH = 1_000;
/** Open follow-ups after which the courier completes some before it reads on. */
const MOST_OPEN = 5_000;
/** Milliseconds that a batch may gather. */
const LINGER_MS = 50;
const TICK_MS = 200;
/** Where nothing comes that it has to do with, it notes in such steps how far it has come, in milliseconds. */
const NOTE_EVERY_MS = 1_000;

/** What the courier has to do with; the store sends it nothing else. */
const WANTED = [...FOLLOW_UP_EVENTS, 'PersonErased'];

/** How far the log was looked at, and the event that stands there, where it is one of those wanted. */
interface Seen {
  readonly position: bigint;
  readonly event?: RecordedEvent;
}

export interface CourierParts {
  readonly store: EventStore;
  readonly database: DataSource;
  readonly vault: RotatableVault;
  readonly log: LedgerLog;
  readonly execute: (submission: InnerSubmission) => Promise<CommandAnswer>;
}

export interface CourierOptions {
  /** How long a follow-up is left to the handler of its leading command, in milliseconds. */
  readonly graceMs?: number;
  /** How long it waits before it tries again to become the courier, in milliseconds. */
  readonly retryMs?: number;
}

export interface CourierStatus {
  /** False while another process is the courier, or Postgres or the store is away. */
  readonly active: boolean;
  readonly openFollowUps: number;
  /** Why it stopped last, where it did. */
  readonly lastError?: string;
}

export interface Courier {
  status(): CourierStatus;
  stop(): Promise<void>;
}

/** Starts the one who completes what is open; beside others it waits for its turn. */
export function startCourier(parts: CourierParts, options: CourierOptions): Courier {
  return new LogCourier(parts, options.graceMs ?? 1_000, options.retryMs ?? 1_000);
}

class LogCourier implements Courier {
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private active = false;
  private open: OpenFollowUps;
  private readonly renewal: MasterKeyRenewal;
  private lastError: string | undefined;

  constructor(
    private readonly parts: CourierParts,
    private readonly graceMs: number,
    private readonly retryMs: number,
  ) {
    this.open = new OpenFollowUps(graceMs);
    this.renewal = new MasterKeyRenewal(parts.vault, parts.log, retryMs);
    this.running = this.run();
  }

  status(): CourierStatus {
    return { active: this.active, openFollowUps: this.open.size, ...(this.lastError !== undefined && { lastError: this.lastError }) };
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.renewal.stop();
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.holdOffice();
      } catch (error) {
        if (this.stopped) break;
        this.lastError = error instanceof Error ? error.message : String(error);
        this.parts.log.warn({ err: error }, 'the courier stopped and will begin again');
      }
      this.active = false;
      await this.pause();
    }
    this.active = false;
  }

  /** One term: from taking the lock to losing the connection, the store or the wish to go on. */
  private async holdOffice(): Promise<void> {
    const runner = this.parts.database.createQueryRunner();
    try {
      const connection = new CourierConnection(runner);
      if (!(await connection.takeLock())) return;
      try {
        this.active = true;
        this.open = new OpenFollowUps(this.graceMs);
        await this.work(connection, await connection.begin(await this.parts.store.logId()));
      } finally {
        // The server gives the lock back by itself where the connection is lost.
        await connection.giveLockBack().catch((error: unknown) => this.parts.log.info({ err: error }, 'courier lock gone with its connection'));
      }
    } finally {
      await runner.release();
    }
  }

  private async work(connection: CourierConnection, after: bigint): Promise<void> {
    const buffer = new EventBuffer<Seen>(2 * LARGEST_BATCH);
    const term = new AbortController();
    const reading = this.readInto(buffer, after, AbortSignal.any([term.signal, this.stopping.signal]));
    let seen = after;
    let noted = { position: after, at: performance.now() };
    // An erasure or a rotation may have been interrupted with the process that began it.
    this.renewal.ask();
    try {
      while (!this.stopped) {
        const events: RecordedEvent[] = [];
        for (const { position, event } of await buffer.take(LARGEST_BATCH, TICK_MS)) {
          if (event) events.push(event);
          if (event) this.open.see(event, seen, performance.now());
          seen = position;
        }
        await this.shredErased(events);
        const completed = await this.complete();
        const now = performance.now();
        if (events.length > 0 || completed || (seen > noted.position && now - noted.at >= NOTE_EVERY_MS)) {
          await connection.advance(this.open.resumeAfter(seen));
          noted = { position: seen, at: now };
        }
        if (events.length > 0 && events.length < LARGEST_BATCH) await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
      }
    } finally {
      term.abort();
      buffer.end(new Error('the courier stopped'));
      await reading;
    }
  }

  private async readInto(buffer: EventBuffer<Seen>, after: bigint, signal: AbortSignal): Promise<void> {
    try {
      for await (const logged of this.parts.store.follow(after < 0n ? undefined : after, signal, undefined, WANTED)) {
        if (logged.kind === 'event') await buffer.push({ position: logged.event.position, event: logged.event });
        else if (logged.kind === 'checkpoint') await buffer.push({ position: logged.position });
        if (signal.aborted) break;
      }
      buffer.end(new Error('the log is no longer followed'));
    } catch (error) {
      buffer.end(error);
    }
  }

  /** Completes what its handler has not completed in time; answers whether anything was. */
  private async complete(): Promise<boolean> {
    const due = this.open.size > MOST_OPEN ? this.open.due(Number.POSITIVE_INFINITY) : this.open.due(performance.now());
    let completed = false;
    for (const item of due) {
      if (this.stopped) break;
      completed = (await this.completeOne(item)) || completed;
    }
    return completed;
  }

  private async completeOne(item: OpenFollowUp): Promise<boolean> {
    const { leading, followUp } = item;
    const answer = await this.parts.execute(followUpSubmission(followUp, leading.id, leading.metadata));
    if (isDone(answer)) {
      this.open.done(item);
      return true;
    }
    this.lastError = `${followUp.command.type} for ${leading.type} at ${leading.position}: ${answer.kind === 'refused' ? answer.refusal.refused : answer.kind}`;
    this.parts.log.error({ leading: leading.id, followUp: followUp.command.type, answer: answer.kind }, 'a follow-up cannot be completed yet');
    item.notBefore = performance.now() + this.graceMs;
    return false;
  }

  /** A crash between the event and the deletion of the key must not keep the key. */
  private async shredErased(events: readonly RecordedEvent[]): Promise<void> {
    const personIds = events.flatMap(({ type, data }) => (type === 'PersonErased' && typeof data['personId'] === 'string' ? [data['personId']] : []));
    if (personIds.length === 0) return;
    await this.parts.vault.shred(personIds);
    this.renewal.ask();
  }

  private async pause(): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.retryMs);
      this.stopping.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
