/** Words of an entry: three of the key's hash, then the revision plus one, so that zero means empty. */
const WORDS = 4;
const SMALLEST = 1_024;

/** The words of the last text that was hashed: an array of its own for each would cost more than the hash. */
const hashed = new Uint32Array(3);

/** Leaves 96 bits of a text in `hashed`. Not cryptographic: among a million keys two meet in one of 10^17 books. */
function hash(text: string): void {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  let c = 0xc2b2ae35;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul((a << 5) | (a >>> 27), 0xcc9e2d51) ^ unit;
    b = Math.imul((b << 13) | (b >>> 19), 0x1b873593) + unit;
    c = Math.imul(((c << 17) | (c >>> 15)) ^ unit, 0xe6546b64 | 1);
  }
  a = mixed(a ^ (b >>> 7) ^ text.length);
  b = mixed(b + a);
  c = mixed(c ^ b);
  hashed[0] = a;
  hashed[1] = b;
  hashed[2] = c;
}

function mixed(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Revisions by key, for very many keys: 32 to 64 bytes each in one table without objects, which is filled again from its
 * entries in a moment. Keys themselves are not kept, only 96 bits of each. What is in it never changes.
 */
export class PackedReferences {
  private table = new Uint32Array(SMALLEST * WORDS);
  private count = 0;

  /** Writes the entry of a key as it travels, four words, to that place. */
  static writeEntry(entries: Uint32Array, at: number, key: string, revision: number): void {
    hash(key);
    entries.set(hashed, at);
    entries[at + 3] = revision + 1;
  }

  get(key: string): number | undefined {
    hash(key);
    const place = this.placeOf(hashed[0]!, hashed[1]!, hashed[2]!);
    const stored = this.table[place + 3]!;
    return stored === 0 ? undefined : stored - 1;
  }

  /** Entries one after another, four words each. */
  add(entries: Uint32Array): void {
    this.makeRoom(entries.length / WORDS);
    for (let at = 0; at < entries.length; at += WORDS) this.put(entries[at]!, entries[at + 1]!, entries[at + 2]!, entries[at + 3]!);
  }

  private put(a: number, b: number, c: number, stored: number): void {
    const place = this.placeOf(a, b, c);
    if (this.table[place + 3] === 0) this.count += 1;
    this.table[place] = a;
    this.table[place + 1] = b;
    this.table[place + 2] = c;
    this.table[place + 3] = stored;
  }

  /** Where the entry is, or would be. */
  private placeOf(a: number, b: number, c: number): number {
    const { table } = this;
    const mask = table.length / WORDS - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const place = slot * WORDS;
      if (table[place + 3] === 0 || (table[place] === a && table[place + 1] === b && table[place + 2] === c)) return place;
    }
  }

  /** At most half of the table is ever in use. */
  private makeRoom(more: number): void {
    let slots = this.table.length / WORDS;
    while ((this.count + more) * 2 > slots) slots *= 2;
    if (slots * WORDS === this.table.length) return;
    const before = this.table;
    this.table = new Uint32Array(slots * WORDS);
    this.count = 0;
    for (let at = 0; at < before.length; at += WORDS) if (before[at + 3] !== 0) this.put(before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!);
  }
}
