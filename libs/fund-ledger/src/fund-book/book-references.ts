import { PackedReferences } from './packed-references.js';

/** Revision by kind and external reference. Forks like a layered map; what was drained is packed. */
export class BookReferences {
  private own = new Map<string, number>();
  private packed: PackedReferences | undefined;

  constructor(private readonly below?: BookReferences) {}

  get(key: string): number | undefined {
    return this.own.get(key) ?? this.packed?.get(key) ?? this.below?.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, revision: number): void {
    this.own.set(key, revision);
  }

  fork(): BookReferences {
    return new BookReferences(this);
  }

  /** The entries since the last draining, four words each; they are packed now. No fork may be in use. */
  drain(): Uint32Array {
    const entries = new Uint32Array(this.own.size * 4);
    let at = 0;
    for (const [key, revision] of this.own) {
      PackedReferences.writeEntry(entries, at, key, revision);
      at += 4;
    }
    this.own = new Map();
    (this.packed ??= new PackedReferences()).add(entries);
    return entries;
  }

  /** Takes entries that were drained from another. */
  restore(stretches: readonly Uint32Array[]): void {
    (this.packed ??= new PackedReferences()).addLater(stretches);
  }
}
