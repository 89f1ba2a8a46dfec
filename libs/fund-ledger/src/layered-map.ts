/**
 * A map that can be forked in constant time: the fork reads through to the map below it and keeps its own writes, so
 * that a batch can be decided on a state which may yet be thrown away. The map below must not change meanwhile.
 */
export class LayeredMap<Value> {
  private own = new Map<string, Value>();
  /** What was drained before; `own` is newer. */
  private drained: Map<string, Value> | undefined;

  constructor(private readonly below?: LayeredMap<Value>) {}

  get(key: string): Value | undefined {
    return this.own.get(key) ?? this.drained?.get(key) ?? this.below?.get(key);
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
    const { own, drained, below } = this;
    if (below) for (const [key, value] of below.entries()) yield [key, own.get(key) ?? drained?.get(key) ?? value];
    if (drained) for (const [key, value] of drained) if (!below?.has(key)) yield [key, own.get(key) ?? value];
    for (const [key, value] of own) if (!drained?.has(key) && !below?.has(key)) yield [key, value];
  }

  /** What was written since the last draining. No fork may be in use. */
  drain(): [string, Value][] {
    const entries = [...this.own];
    const drained = (this.drained ??= new Map<string, Value>());
    for (const [key, value] of entries) drained.set(key, value);
    this.own = new Map();
    return entries;
  }
}
