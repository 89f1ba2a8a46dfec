/** A bounded line between one reader of the log and one worker: who is faster waits. */
export class EventBuffer<Item> {
  private items: Item[] = [];
  private wakeWorker: (() => void) | undefined;
  private wakeReader: (() => void) | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly capacity: number) {}

  /** Waits for room. */
  async push(item: Item): Promise<void> {
    while (this.items.length >= this.capacity && !this.failure) await new Promise<void>((resolve) => (this.wakeReader = resolve));
    this.items.push(item);
    this.wakeWorker?.();
  }

  /** Ends the line: the worker's next `take` throws this. */
  end(error: unknown): void {
    this.failure = { error };
    this.wakeWorker?.();
    this.wakeReader?.();
  }

  /** Everything there is, up to `largest`; waits up to `timeoutMs` for a first item and may answer none. */
  async take(largest: number, timeoutMs: number): Promise<Item[]> {
    if (this.items.length === 0 && !this.failure) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.wakeWorker = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wakeWorker = undefined;
    }
    if (this.failure) throw this.failure.error;
    const taken = this.items.splice(0, largest);
    this.wakeReader?.();
    this.wakeReader = undefined;
    return taken;
  }
}
