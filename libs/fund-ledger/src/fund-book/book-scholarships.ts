import { invariant, isUuid } from '@ledger/kernel';
import { PackedTable } from './packed-table.js';
import type { Scholarship } from './state.js';

// An entry: id, beneficiary, the two days as numbers (20240131), what remains in two words, instalments, paid, revoked.
const WORDS = 15;
const ID_WORDS = 4;
const HALF = 32n;

/** By id. Forks like a layered map; what was drained is packed: a book of a million movements has a hundred thousand. */
export class BookScholarships {
  private own = new Map<string, Scholarship>();
  /** What was drained before; `own` is newer. */
  private packed: PackedTable | undefined;

  constructor(private readonly below?: BookScholarships) {}

  get(id: string): Scholarship | undefined {
    return this.own.get(id) ?? this.unpacked(id) ?? this.below?.get(id);
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  set(id: string, scholarship: Scholarship): void {
    this.own.set(id, scholarship);
  }

  fork(): BookScholarships {
    return new BookScholarships(this);
  }

  /** Every one as it is now, in the order in which they were awarded first. */
  *entries(): IterableIterator<[string, Scholarship]> {
    const { own, packed, below } = this;
    if (below) for (const [id] of below.entries()) yield [id, this.get(id)!];
    if (packed) {
      for (const entry of packed.entries()) {
        const id = idAt(entry, 0);
        if (!below?.has(id)) yield [id, own.get(id) ?? scholarshipOf(entry)];
      }
    }
    for (const [id, scholarship] of own) if (this.unpacked(id) === undefined && !below?.has(id)) yield [id, scholarship];
  }

  /** The entries since the last draining; they are packed now. No fork may be in use. */
  drain(): Uint32Array {
    const entries = new Uint32Array(this.own.size * WORDS);
    let at = 0;
    for (const [id, scholarship] of this.own) {
      writeEntry(entries.subarray(at, at + WORDS), id, scholarship);
      at += WORDS;
    }
    this.own = new Map();
    this.restore([entries]);
    return entries;
  }

  /** Takes entries that were drained from another, oldest first. */
  restore(stretches: readonly Uint32Array[]): void {
    const packed = (this.packed ??= new PackedTable(WORDS, ID_WORDS));
    for (const entries of stretches) packed.add(entries);
  }

  private unpacked(id: string): Scholarship | undefined {
    if (!this.packed || !isUuid(id)) return undefined;
    writeId(sought, 0, id);
    const entry = this.packed.entry(sought);
    return entry && scholarshipOf(entry);
  }
}

/** The id that is looked for: an array of its own for each would cost more than the look. */
const sought = new Uint32Array(ID_WORDS);

function writeEntry(entry: Uint32Array, id: string, { beneficiaryId, awardedOn, lastOn, remaining, instalments, paid, revoked }: Scholarship): void {
  writeId(entry, 0, id);
  writeId(entry, ID_WORDS, beneficiaryId);
  invariant(BigInt.asIntN(64, remaining) === remaining, 'amounts fit 64 bits');
  const amount = BigInt.asUintN(64, remaining);
  entry.set([dayNumber(awardedOn), dayNumber(lastOn), Number(BigInt.asUintN(32, amount)), Number(amount >> HALF), instalments, paid, revoked ? 1 : 0], 2 * ID_WORDS);
}

function scholarshipOf(entry: Uint32Array): Scholarship {
  const [awardedOn = 0, lastOn = 0, low = 0, high = 0, instalments = 0, paid = 0, revoked = 0] = entry.subarray(2 * ID_WORDS);
  const remaining = BigInt.asIntN(64, (BigInt(high) << HALF) | BigInt(low));
  return { beneficiaryId: idAt(entry, ID_WORDS), awardedOn: dayText(awardedOn), remaining, instalments, paid, lastOn: dayText(lastOn), revoked: revoked === 1 };
}

function writeId(words: Uint32Array, at: number, id: string): void {
  invariant(isUuid(id), 'ids of scholarships and beneficiaries are UUIDs');
  const digits = id.replaceAll('-', '');
  for (let word = 0; word < ID_WORDS; word += 1) words[at + word] = Number.parseInt(digits.slice(8 * word, 8 * word + 8), 16);
}

function idAt(words: Uint32Array, at: number): string {
  const digits = Array.from(words.subarray(at, at + ID_WORDS), (word) => word.toString(16).padStart(8, '0')).join('');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

const dayNumber = (day: string): number => Number(day.replaceAll('-', ''));

function dayText(number: number): string {
  const digits = String(number).padStart(8, '0');
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}
