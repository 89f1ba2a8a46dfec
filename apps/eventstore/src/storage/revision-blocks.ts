/**
 * For every stream, revision → event number in the log, in one pool of 32-bit words: a million streams cost no
 * objects. A stream's blocks double from 2 to 1,024 entries and stay at 1,024; the word before a block's entries
 * is the address of the block before it. Streams of more than 2,048 events also keep a directory of their blocks.
 */
const CHUNK_BITS = 20;
const CHUNK_WORDS = 1 << CHUNK_BITS;
const LARGEST_BLOCK = 1_024;
const DOUBLING_END = 2 * LARGEST_BLOCK;
/** Blocks that hold the first DOUBLING_END revisions: 2, 2, 4, 8 … 1,024. */
const DOUBLING_BLOCKS = 11;

function blockOf(revision: number): number {
  if (revision >= DOUBLING_END) return DOUBLING_BLOCKS + Math.floor((revision - DOUBLING_END) / LARGEST_BLOCK);
  return revision < 2 ? 0 : 31 - Math.clz32(revision);
}

function firstRevisionOf(block: number): number {
  if (block >= DOUBLING_BLOCKS) return DOUBLING_END + (block - DOUBLING_BLOCKS) * LARGEST_BLOCK;
  return block === 0 ? 0 : 1 << block;
}

function entriesOf(block: number): number {
  return block >= DOUBLING_BLOCKS ? LARGEST_BLOCK : block === 0 ? 2 : 1 << block;
}

export class RevisionBlocks {
  private readonly pool: Uint32Array[] = [];
  private next = 1; // 0 means: no block
  private counts = new Uint32Array(1_024);
  private lastBlocks = new Uint32Array(1_024);
  private readonly directories = new Map<number, number[]>();

  get bytes(): number {
    return this.pool.length * CHUNK_WORDS * 4 + this.counts.byteLength + this.lastBlocks.byteLength;
  }

  /** Events of `stream`. */
  count(stream: number): number {
    return this.counts[stream] ?? 0;
  }

  /** Adds the stream's next revision. */
  push(stream: number, eventNumber: number): void {
    if (stream >= this.counts.length) this.grow(stream);
    const revision = this.counts[stream] ?? 0;
    const block = blockOf(revision);
    const first = firstRevisionOf(block);
    if (revision === first) this.begin(stream, block);
    this.write((this.lastBlocks[stream] ?? 0) + 1 + revision - first, eventNumber);
    this.counts[stream] = revision + 1;
  }

  /** Event number of a revision that exists. */
  eventNumber(stream: number, revision: number): number {
    const block = blockOf(revision);
    return this.read(this.addressOf(stream, block) + 1 + revision - firstRevisionOf(block));
  }

  /** Revision of an event that is in the stream: event numbers rise with revisions. */
  revisionOf(stream: number, eventNumber: number): number {
    let low = 0;
    let high = this.count(stream) - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.eventNumber(stream, middle) < eventNumber) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private addressOf(stream: number, block: number): number {
    const directory = this.directories.get(stream);
    if (directory !== undefined) return directory[block] ?? 0;
    let address = this.lastBlocks[stream] ?? 0;
    for (let at = blockOf(this.count(stream) - 1); at > block; at--) address = this.read(address);
    return address;
  }

  private begin(stream: number, block: number): void {
    const words = entriesOf(block) + 1;
    const room = CHUNK_WORDS - (this.next & (CHUNK_WORDS - 1));
    if (words > room) this.next += room;
    const address = this.next;
    this.next += words;
    if (this.next > 0xffff_ffff) throw new RangeError('the revision index is full');
    while (this.pool.length * CHUNK_WORDS < this.next) this.pool.push(new Uint32Array(CHUNK_WORDS));
    this.write(address, this.lastBlocks[stream] ?? 0);
    if (block >= DOUBLING_BLOCKS) this.directoryOf(stream).push(address);
    this.lastBlocks[stream] = address;
  }

  private directoryOf(stream: number): number[] {
    const known = this.directories.get(stream);
    if (known !== undefined) return known;
    const directory: number[] = [];
    let address = this.lastBlocks[stream] ?? 0;
    for (let block = DOUBLING_BLOCKS - 1; block >= 0; block--) {
      directory[block] = address;
      address = this.read(address);
    }
    this.directories.set(stream, directory);
    return directory;
  }

  private grow(stream: number): void {
    let size = this.counts.length;
    while (size <= stream) size *= 2;
    const counts = new Uint32Array(size);
    counts.set(this.counts);
    this.counts = counts;
    const lastBlocks = new Uint32Array(size);
    lastBlocks.set(this.lastBlocks);
    this.lastBlocks = lastBlocks;
  }

  private read(address: number): number {
    return this.pool[address >>> CHUNK_BITS]?.[address & (CHUNK_WORDS - 1)] ?? 0;
  }

  private write(address: number, value: number): void {
    const chunk = this.pool[address >>> CHUNK_BITS];
    if (chunk === undefined) throw new RangeError('no such block');
    chunk[address & (CHUNK_WORDS - 1)] = value;
  }
}
