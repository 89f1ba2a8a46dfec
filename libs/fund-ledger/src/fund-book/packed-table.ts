const SMALLEST = 1_024;

/**
 * Very many entries of a few 32-bit words each, the first of them their key, without an object for any: it is filled
 * again from its entries in a moment. They stand in the order in which their keys came first.
 */
export class PackedTable {
  private words: Uint32Array;
  private count = 0;
  /** Which entry is meant, counted from one, at a slot that follows from its key; at most half are in use. */
  private slots = new Uint32Array(2 * SMALLEST);

  /** `keyWords` is two or more. */
  constructor(private readonly width: number, private readonly keyWords: number) {
    this.words = new Uint32Array(SMALLEST * width);
  }

  /** The entry whose key stands at the beginning of `key`; undefined where there is none. */
  entry(key: Uint32Array): Uint32Array | undefined {
    const number = this.slots[this.slotOf(key, 0)]!;
    return number === 0 ? undefined : this.words.subarray((number - 1) * this.width, number * this.width);
  }

  *entries(): IterableIterator<Uint32Array> {
    for (let number = 1; number <= this.count; number += 1) yield this.words.subarray((number - 1) * this.width, number * this.width);
  }

  /** Takes entries that stand one after another; the last one of a key counts. */
  add(entries: Uint32Array): void {
    this.makeRoom(entries.length / this.width);
    for (let at = 0; at < entries.length; at += this.width) this.put(entries, at);
  }

  /** For so many entries more. */
  makeRoom(more: number): void {
    const most = this.count + more;
    if (most * this.width > this.words.length) {
      const larger = new Uint32Array(Math.max(most * this.width, 2 * this.words.length));
      larger.set(this.words);
      this.words = larger;
    }
    let slots = this.slots.length;
    while (most * 2 > slots) slots *= 2;
    if (slots === this.slots.length) return;
    this.slots = new Uint32Array(slots);
    for (let number = 1; number <= this.count; number += 1) this.slots[this.slotOf(this.words, (number - 1) * this.width)] = number;
  }

  private put(entries: Uint32Array, at: number): void {
    const { words, slots, width } = this;
    const slot = this.slotOf(entries, at);
    let number = slots[slot]!;
    if (number === 0) {
      number = this.count += 1;
      slots[slot] = number;
    }
    const start = (number - 1) * width;
    for (let word = 0; word < width; word += 1) words[start + word] = entries[at + word]!;
  }

  /** Where the key at that place is, or would be. */
  private slotOf(source: Uint32Array, at: number): number {
    const { words, slots, width, keyWords } = this;
    const mask = slots.length - 1;
    for (let slot = (source[at]! ^ Math.imul(source[at + 1]!, 0x9e3779b1)) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot]!;
      if (number === 0) return slot;
      const start = (number - 1) * width;
      let word = 0;
      while (word < keyWords && words[start + word] === source[at + word]) word += 1;
      if (word === keyWords) return slot;
    }
  }
}
