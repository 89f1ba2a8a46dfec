import { LRUCache } from 'lru-cache';
import { invariant, type RecordedEvent } from '@ledger/kernel';
import type { EventStore } from '@ledger/event-store';
import { deciderOf } from '@ledger/fund-ledger';
import type { LedgerLimits } from '../limits.js';
import { CLOSING, emptyFold, foldIn, type Fold } from './fold.js';
import type { FoldKeeper } from './fold-keeper.js';

/** Events read between two looks at whether a fold should be kept. */
const NOTE_EVERY = 1_000n;

/** Where the index believes a book's last closing stands. A hint: the event read there is the truth. */
export type ClosingHint = (stream: string) => Promise<bigint | undefined>;

/** Folds that outlive the process, and what has to be known of the commands in flight to use them. */
export interface Keeping {
  readonly keeper: FoldKeeper;
  /** The lowest revision that a command in flight for the stream knows nothing after; undefined where none is. */
  readonly inFlightSince: (stream: string) => bigint | undefined;
}

/** What a fold without events weighs, in events: a cache full of short streams must not hold more memory than one of long ones. */
const EMPTY_FOLD_WEIGHT = 20;

/** Folded states of streams, bounded by the number of events they were made of. */
export class Folds {
  private readonly cache: LRUCache<string, Fold>;
  private readonly loading = new Map<string, Promise<Fold>>();

  /** `noteRead` is told of every event that enters a fold. */
  constructor(
    private readonly store: EventStore,
    private readonly limits: LedgerLimits,
    private readonly closingHint: ClosingHint,
    private readonly noteRead: (event: RecordedEvent) => void,
    private readonly keeping?: Keeping,
  ) {
    this.cache = new LRUCache<string, Fold>({ maxSize: limits.cachedEvents });
  }

  /** The fold as it is cached, which may lag behind the store. */
  peek(stream: string): Fold | undefined {
    return this.cache.get(stream);
  }

  keep(stream: string, fold: Fold): void {
    // A fold larger than the whole cache would never be kept and be read again for each command: it counts as half.
    const size = Math.min(fold.events + EMPTY_FOLD_WEIGHT, Math.ceil(this.limits.cachedEvents / 2));
    this.cache.set(stream, fold, { size });
    this.keeping?.keeper.note(stream, fold);
  }

  forget(stream: string): void {
    this.cache.delete(stream);
  }

  /** Every fold that is cached, the one used last first. */
  entries(): Iterable<readonly [string, Fold]> {
    return this.cache.entries();
  }

  get cachedStreams(): number {
    return this.cache.size;
  }

  /** The cached fold, or a new one read from the store. Throws StoreUnavailable. */
  async load(stream: string): Promise<Fold> {
    const cached = this.cache.get(stream);
    if (cached) return cached;
    const underWay = this.loading.get(stream);
    if (underWay) return underWay;
    const loading = this.read(stream).finally(() => this.loading.delete(stream));
    this.loading.set(stream, loading);
    const fold = await loading;
    this.keep(stream, fold);
    return fold;
  }

  /** Reads what came after the fold. Answers whether anything did. Throws StoreUnavailable. */
  async catchUp(stream: string, fold: Fold): Promise<boolean> {
    const before = fold.revision;
    await this.foldForward(stream, fold, before + 1n);
    fold.uncertain = false;
    this.keep(stream, fold);
    return fold.revision !== before;
  }

  private async read(stream: string): Promise<Fold> {
    const kept = await this.keeping?.keeper.load(stream);
    if (kept) return this.goOnFrom(stream, kept);
    const decider = deciderOf(stream);
    const fold = emptyFold(decider.initialState());
    const from = stream.startsWith('fundBook-') ? await this.lastClosing(stream) : 0n;
    await this.foldForward(stream, fold, from);
    return fold;
  }

  /** What a kept fold holds was not read now, and may hold a command in flight that another process booked meanwhile. */
  private async goOnFrom(stream: string, kept: Fold): Promise<Fold> {
    const since = this.keeping?.inFlightSince(stream);
    if (since !== undefined && since < kept.revision) {
      for await (const event of this.store.readStream(stream, since + 1n, Number(kept.revision - since))) this.noteRead(event);
    }
    await this.foldForward(stream, kept, kept.revision + 1n);
    return kept;
  }

  private async foldForward(stream: string, fold: Fold, from: bigint): Promise<void> {
    const { evolve } = deciderOf(stream);
    let expected = from;
    for await (const event of this.store.readStream(stream, from)) {
      invariant(event.revision === expected, `${stream} is read without a gap`);
      this.noteRead(event);
      foldIn(fold, event, evolve);
      expected += 1n;
      // Taken on the way, so that a book which was never kept is not taken all at once.
      if (expected % NOTE_EVERY === 0n) this.keeping?.keeper.note(stream, fold);
    }
  }

  /** The revision of the last closing within reach of a short look back, else the index's hint, else the stream's start. */
  private async lastClosing(stream: string): Promise<bigint> {
    let lowest: bigint | undefined;
    for await (const event of this.store.readStreamBackward(stream, this.limits.backwardEvents)) {
      if (event.type === CLOSING) return event.revision;
      lowest = event.revision;
    }
    if (lowest === undefined || lowest === 0n) return 0n;
    const hint = await this.closingHint(stream);
    if (hint === undefined) return 0n;
    for await (const event of this.store.readStream(stream, hint, 1)) if (event.type === CLOSING) return hint;
    return 0n;
  }
}
