interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers single requests into one round trip: one batch is under way at a time, and the next takes all that waits by
 * then. A lone request leaves after the current turn of the event loop, so that batching costs no waiting; where nobody
 * waits for the results, batches may gather for longer.
 */
export class MicroBatcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private running = false;
  private hurry: (() => void) | undefined;

  /**
   * `run` answers one result per item, in order. `largest` bounds a batch, and ends its gathering, which takes at most
   * `gatherMs` milliseconds; who adds bounds what waits.
   */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly largest: number,
    private readonly gatherMs = 0,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length >= this.largest) this.hurry?.();
      if (this.running) return;
      this.running = true;
      setImmediate(() => void this.drain());
    });
  }

  /** Settles when nothing waits and nothing is under way; what gathers leaves at once. */
  async idle(): Promise<void> {
    while (this.running) {
      this.hurry?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.gatherMs > 0 && this.waiting.length < this.largest) await this.gathered();
      const batch = this.waiting.splice(0, this.largest);
      try {
        const results = await this.run(batch.map((entry) => entry.item));
        batch.forEach((entry, index) => entry.resolve(results[index]!));
      } catch (error) {
        batch.forEach((entry) => entry.reject(error));
      }
    }
    this.running = false;
  }

  private async gathered(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.gatherMs);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.hurry = undefined;
  }
}
