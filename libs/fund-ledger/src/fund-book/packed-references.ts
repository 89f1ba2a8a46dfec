import { PackedTable } from './packed-table.js';

/** Words of an entry: three of the key's hash, then the revision. */
const WORDS = 4;
const KEY_WORDS = 3;

/** The words of the last text that was hashed: an array of its own for each would cost more than the hash. */
const hashed = new Uint32Array(KEY_WORDS);

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

/** Revisions by key, for very many keys. Keys themselves are not kept, only 96 bits of each. What is in it never changes. */
export class PackedReferences {
  private readonly table = new PackedTable(WORDS, KEY_WORDS);
  /** What is not in the table yet. */
  private waiting: Uint32Array[] = [];

  /** Writes the entry of a key as it travels to that place. */
  static writeEntry(entries: Uint32Array, at: number, key: string, revision: number): void {
    hash(key);
    entries.set(hashed, at);
    entries[at + KEY_WORDS] = revision;
  }

  get(key: string): number | undefined {
    hash(key);
    const revision = this.table.entry(hashed)?.[KEY_WORDS] ?? this.waitingFor(hashed);
    // One stretch with every look: to take in a million at once would keep a first command waiting.
    const next = this.waiting.pop();
    if (next) this.table.add(next);
    return revision;
  }

  /** Entries one after another, four words each. */
  add(entries: Uint32Array): void {
    this.table.add(entries);
  }

  /** The same, for very many: they are looked through one by one until they are in the table. */
  addLater(stretches: readonly Uint32Array[]): void {
    this.waiting.push(...stretches);
    this.table.makeRoom(stretches.reduce((sum, { length }) => sum + length, 0) / WORDS);
  }

  private waitingFor([a, b, c]: Uint32Array): number | undefined {
    for (const entries of this.waiting) {
      for (let at = 0; at < entries.length; at += WORDS) if (entries[at] === a && entries[at + 1] === b && entries[at + 2] === c) return entries[at + KEY_WORDS];
    }
    return undefined;
  }
}
