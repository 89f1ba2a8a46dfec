import { LRUCache } from 'lru-cache';
import { Gate, isRefusal, refusal, type Refusal } from '@ledger/kernel';
import type { EventStore } from '@ledger/event-store';
import { deciderOf, referencesOf, type EarlierRecord, type LedgerCommand, type Reference } from '@ledger/fund-ledger';
import type { LedgerLimits } from '../limits.js';

interface FirstState {
  readonly state: unknown;
}

/**
 * Checks that what a command names exists. Things never cease to exist and what is asked of them never changes, so
 * what was found is remembered; what was not is always read afresh.
 */
export class References {
  private readonly existing: LRUCache<string, true>;
  private readonly firstStates: LRUCache<string, FirstState>;
  private readonly reading = new Map<string, Promise<FirstState | undefined>>();
  private readonly gate: Gate;

  constructor(
    private readonly store: EventStore,
    limits: LedgerLimits,
  ) {
    this.existing = new LRUCache({ max: limits.cachedReferences });
    this.firstStates = new LRUCache({ max: limits.cachedReferences });
    this.gate = new Gate(limits.readsInFlight);
  }

  /** To be told of streams that were written or read, so that they need not be looked up. */
  knowsOf(stream: string): void {
    this.existing.set(stream, true);
  }

  /** What the command's references provide to its decision, or why it cannot be. Throws StoreUnavailable. */
  async check(command: LedgerCommand): Promise<Partial<EarlierRecord> | Refusal | undefined> {
    const references = referencesOf(command);
    if (references.every((reference) => !needsState(reference) && this.existing.has(reference.stream))) return undefined;
    const answers = await Promise.all(references.map((reference) => this.checkOne(reference)));
    return answers.find(isRefusal) ?? Object.assign({}, ...answers);
  }

  private async checkOne(reference: Reference): Promise<Partial<EarlierRecord> | Refusal | undefined> {
    const { stream, holds, provides } = reference;
    if (!needsState(reference) && this.existing.has(stream)) return undefined;
    const known = this.firstStates.get(stream) ?? (await this.once(stream, () => this.read(stream)));
    if (!known) return refusal(reference.notFound, {}, reference.field);
    return holds?.(known.state) ?? provides?.(known.state);
  }

  /** The state after the stream's first event, which is all that references ask for. */
  private async read(stream: string): Promise<FirstState | undefined> {
    const decider = deciderOf(stream);
    for await (const { type, data } of this.store.readStream(stream, 0n, 1)) {
      const first = { state: decider.evolve(decider.initialState(), { type, data }) };
      this.knowsOf(stream);
      this.firstStates.set(stream, first);
      return first;
    }
    return undefined;
  }

  /** Several commands that ask for the same at the same time share one read. */
  private async once(key: string, read: () => Promise<FirstState | undefined>): Promise<FirstState | undefined> {
    const underWay = this.reading.get(key);
    if (underWay) {
      // That read may have begun before the thing was made: only what it found can be relied on.
      const shared = await underWay;
      return shared ?? this.once(key, read);
    }
    const started = this.gate.through(read).finally(() => this.reading.delete(key));
    this.reading.set(key, started);
    return started;
  }
}

const needsState = (reference: Reference): boolean => reference.holds !== undefined || reference.provides !== undefined;
