import { deciderOf, type LedgerCommand } from '@ledger/fund-ledger';
import { creates } from './creating.js';
import { emptyFold, type Fold } from './fold.js';
import type { Folds } from './folds.js';

/** A read that brings no more than so many events was quick. */
const FEW_EVENTS = 8n;
const MOST_READS = 5;

/** The fold that a stream's queue decides on: held while the queue runs, so that eviction from the cache cannot take it. */
export class HeldFold {
  private fold: Fold | undefined;

  constructor(
    private readonly stream: string,
    private readonly folds: Folds,
  ) {}

  /**
   * The fold to decide the next command on. `current`: it was read just now. It is read again where its end is
   * uncertain or `readFirst`; a stream that a creating command asks for is taken for empty until the store objects.
   * Throws StoreUnavailable.
   */
  async take(command: LedgerCommand, readFirst: boolean): Promise<{ fold: Fold; current: boolean }> {
    const held = (this.fold ??= this.folds.peek(this.stream));
    if (held && (held.uncertain || readFirst)) {
      await this.bringClose();
      return { fold: this.fold!, current: true };
    }
    if (held) return { fold: held, current: false };
    if (creates(command)) return { fold: (this.fold = emptyFold(deciderOf(this.stream).initialState())), current: false };
    return { fold: (this.fold = await this.folds.load(this.stream)), current: true };
  }

  /**
   * Reads until a read brings little: while many events of a busy rival are read and folded it writes more, and an append
   * that is decided on them comes too late, time after time.
   */
  private async bringClose(): Promise<void> {
    for (let reads = 0; reads < MOST_READS; reads += 1) {
      const before = this.fold?.revision ?? -1n;
      await this.bringUpToDate();
      if (this.fold!.revision - before <= FEW_EVENTS) return;
    }
  }

  /** Reads what was written since; answers whether anything was. What was taken for empty is read from its base. */
  async bringUpToDate(): Promise<boolean> {
    const { fold } = this;
    if (fold && fold.revision >= 0n) return this.folds.catchUp(this.stream, fold);
    this.forget();
    this.fold = await this.folds.load(this.stream);
    return this.fold.revision >= 0n;
  }

  forget(): void {
    this.folds.forget(this.stream);
    this.fold = undefined;
  }
}
