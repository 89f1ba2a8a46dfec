interface Waiting<Key, Value> { readonly keys: readonly Key[]; readonly resolve: (found: ReadonlyMap<Key, Value>) => void; readonly reject: (error: unknown) => void }

/**
 * Looks up for many at once what each would have to ask for by itself: while one question is under way, the next ones
 * gather and become one. Each is looked up after it was asked for, so nothing is older than it would be alone.
 */
export class GatheredLookup<Key, Value> {
  private waiting: Waiting<Key, Value>[] = [];
  private underWay = 0;

  /** At most `atOnce` questions are under way, so that a slow one holds up nobody else for long. */
  constructor(private readonly lookUp: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>, private readonly atOnce = 2) {}

  /** What was found, of these keys and of others. */
  find(keys: readonly Key[]): Promise<ReadonlyMap<Key, Value>> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ keys, resolve, reject });
      if (this.underWay < this.atOnce) void this.ask();
    });
  }

  private async ask(): Promise<void> {
    this.underWay += 1;
    while (this.waiting.length > 0) {
      const asked = this.waiting;
      this.waiting = [];
      try {
        const found = await this.lookUp([...new Set(asked.flatMap(({ keys }) => keys))]);
        for (const { resolve } of asked) resolve(found);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.underWay -= 1;
  }
}
