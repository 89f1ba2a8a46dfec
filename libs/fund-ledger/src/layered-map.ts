/**
 * A map that can be forked in constant time: the fork reads through to the map below it and keeps its own writes, so
 * that a batch can be decided on a state which may yet be thrown away. The map below must not change meanwhile.
 */
export class LayeredMap<Value> {
  private readonly own = new Map<string, Value>();

  constructor(private readonly below?: LayeredMap<Value>) {}

  get(key: string): Value | undefined {
    return this.own.get(key) ?? this.below?.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: Value): void {
    this.own.set(key, value);
  }

  fork(): LayeredMap<Value> {
    return new LayeredMap<Value>(this);
  }

  /** Every key with its newest value; keys of the lower layers first. */
  *entries(): IterableIterator<[string, Value]> {
    if (this.below) {
      for (const [key, value] of this.below.entries()) yield [key, this.own.get(key) ?? value];
    }
    for (const [key, value] of this.own) if (!this.below?.has(key)) yield [key, value];
  }
}
