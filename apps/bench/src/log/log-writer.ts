import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, EventToAppend } from '@ledger/event-store';
import { invariant } from '@ledger/kernel';
import type { DecidedEvent } from './decided-streams.js';

const EVENTS_PER_APPEND = 250;
/** Appends sent and not answered. */
const APPENDS_IN_FLIGHT = 64;
/** Attempts at an append that the store did not take, or not in time, and milliseconds between them. */
const ATTEMPTS = 60;
const RETRY_MS = 250;
/** Appends that may be unanswered or wait for one before them. */
const APPENDS_WAITING = 200;
/** Events held back for larger appends; beyond it all are written. */
const EVENTS_HELD = 20_000;

interface Held { readonly first: bigint; readonly events: EventToAppend[]; readonly after: Promise<void>[] }

/** Writes decided events in few, large appends: each stream in its order, and a follow-up only after what it follows. */
export class LogWriter {
  written = 0;
  private readonly held = new Map<string, Held>();
  private heldEvents = 0;
  private readonly tails = new Map<string, Promise<void>>();
  private waiting = 0;
  private inFlight = 0;
  private readonly turns: (() => void)[] = [];
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly store: EventStore) {}

  /** The events of one command, its follow-ups included. Resolves when there is room for more. */
  async add(decided: readonly DecidedEvent[]): Promise<void> {
    let after: Promise<void> | undefined;
    for (const { stream, revision, event, leads } of decided) {
      const held = this.held.get(stream) ?? { first: revision, events: [], after: [] };
      this.held.set(stream, held);
      if (after) held.after.push(after);
      held.events.push(event);
      this.heldEvents += 1;
      after = undefined;
      if (leads) after = this.flush(stream);
      else if (held.events.length >= EVENTS_PER_APPEND) void this.flush(stream);
    }
    if (this.heldEvents >= EVENTS_HELD) this.flushAll();
    while (this.waiting > APPENDS_WAITING && !this.failure) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure) throw this.failure;
  }

  /** Resolves when everything is in the log. */
  async drain(): Promise<void> {
    this.flushAll();
    await Promise.all(this.tails.values());
    if (this.failure) throw this.failure;
  }

  private flushAll(): void {
    for (const stream of [...this.held.keys()]) void this.flush(stream);
  }

  private flush(stream: string): Promise<void> {
    const held = this.held.get(stream);
    const before = this.tails.get(stream) ?? Promise.resolve();
    if (!held) return before;
    this.held.delete(stream);
    this.heldEvents -= held.events.length;
    this.waiting += 1;
    const tail = Promise.all([before, ...held.after]).then(() => this.append(stream, held)).catch((error: unknown) => {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    }).finally(() => {
      this.waiting -= 1;
      if (this.tails.get(stream) === tail) this.tails.delete(stream);
      this.wake();
    });
    this.tails.set(stream, tail);
    return tail;
  }

  private async append(stream: string, { first, events }: Held): Promise<void> {
    if (this.inFlight >= APPENDS_IN_FLIGHT) await new Promise<void>((resolve) => this.turns.push(resolve));
    this.inFlight += 1;
    try {
      if (!this.failure) await this.appendAtLast(stream, first === 0n ? 'no_stream' : first - 1n, events);
    } finally {
      this.inFlight -= 1;
      this.turns.shift()?.();
    }
  }

  /** The same append may be sent again, whatever became of it: the store knows the events by their ids. */
  private async appendAtLast(stream: string, expected: bigint | 'no_stream', events: readonly EventToAppend[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.store.append(stream, expected, events);
      if (outcome.kind === 'appended') break;
      const mayPass = outcome.kind === 'store_unavailable' || outcome.kind === 'outcome_unknown';
      invariant(mayPass && attempt < ATTEMPTS, `${stream} takes its events: ${outcome.kind}`);
      await delay(RETRY_MS);
    }
    this.written += events.length;
  }
}
