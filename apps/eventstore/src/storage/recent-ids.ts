/**
 * The ids of the most recent events, for `any` and `stream_exists`: a ring, so that memory and cost stay the same
 * however long the log is. An event that left the ring is not recognised any more.
 */
export const DEFAULT_RECENT_EVENTS = 1 << 20;
const NONE = -1;

export class RecentIds {
  private readonly ids: Buffer;
  private readonly streams: Uint32Array;
  private readonly buckets: Int32Array;
  /** Next slot in the same bucket, newest first. */
  private readonly chain: Int32Array;
  private readonly mask: number;
  /** Events remembered are those numbered from `first` to before `end`. */
  private first: number;
  private end: number;

  /** Remembers the last `capacity` (a power of two) events; the first to be added is number `start`. */
  constructor(
    private readonly capacity: number,
    start: number,
  ) {
    this.mask = capacity - 1;
    this.ids = Buffer.alloc(capacity * 16);
    this.streams = new Uint32Array(capacity);
    this.buckets = new Int32Array(capacity).fill(NONE);
    this.chain = new Int32Array(capacity).fill(NONE);
    this.first = start;
    this.end = start;
  }

  get bytes(): number {
    return this.capacity * 28;
  }

  has(eventNumber: number): boolean {
    return eventNumber >= this.first && eventNumber < this.end;
  }

  /** Adds the log's next event; its id is the 16 bytes of `id` from `at`. */
  add(stream: number, id: Buffer, at: number): void {
    const slot = this.end & this.mask;
    if (this.end - this.first === this.capacity) this.forget(slot);
    this.ids.set(id.subarray(at, at + 16), slot * 16);
    this.streams[slot] = stream;
    const bucket = this.bucketOf(stream, this.ids, slot * 16);
    this.chain[slot] = this.buckets[bucket] ?? NONE;
    this.buckets[bucket] = slot;
    this.end++;
  }

  /** Event number of the newest remembered event with this stream and id, or undefined. */
  find(stream: number, id: Buffer): number | undefined {
    let slot = this.buckets[this.bucketOf(stream, id, 0)] ?? NONE;
    while (slot !== NONE) {
      if (this.streams[slot] === stream && this.sameId(slot, id)) return this.eventNumberOf(slot);
      slot = this.chain[slot] ?? NONE;
    }
    return undefined;
  }

  /** Whether a remembered event (see `has`) carries this id. */
  carries(eventNumber: number, id: Buffer): boolean {
    return this.sameId(eventNumber & this.mask, id);
  }

  private eventNumberOf(slot: number): number {
    const newest = this.end - 1;
    return newest - ((newest - slot) & this.mask);
  }

  private sameId(slot: number, id: Buffer): boolean {
    return this.ids.compare(id, 0, 16, slot * 16, slot * 16 + 16) === 0;
  }

  /** The oldest slot of a bucket is the last of its chain. */
  private forget(slot: number): void {
    const bucket = this.bucketOf(this.streams[slot] ?? 0, this.ids, slot * 16);
    this.first++;
    if (this.buckets[bucket] === slot) {
      this.buckets[bucket] = this.chain[slot] ?? NONE;
      return;
    }
    let before = this.buckets[bucket] ?? NONE;
    while (before !== NONE && this.chain[before] !== slot) before = this.chain[before] ?? NONE;
    if (before === NONE) throw new Error('a remembered event is missing from its bucket');
    this.chain[before] = this.chain[slot] ?? NONE;
  }

  /** Ids may be chosen by a client: all 16 bytes are mixed, and a chain is as long as its collisions. */
  private bucketOf(stream: number, id: Buffer, at: number): number {
    let hash = Math.imul(stream ^ SEED, 0x9e3779b1);
    for (let i = 0; i < 16; i += 4) {
      hash = Math.imul(hash ^ id.readInt32LE(at + i), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return (hash ^ (hash >>> 13)) & this.mask;
  }
}

/** Differs from process to process, so that nobody can prepare ids that share a bucket. */
const SEED = (Math.random() * 0x1_0000_0000) | 0;
