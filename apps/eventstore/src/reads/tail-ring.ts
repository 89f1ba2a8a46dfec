import type { StoredRecord } from '../storage/index.js';

/** What lies behind a point in the tail, shared by all who stand there. */
export interface TailChunk {
  records: readonly StoredRecord[];
  /** The frames of all records in one buffer, made once however many subscribers take it. */
  joined(): Buffer;
  /** Where to go on. */
  next: number;
}

/** How many recent chunks are kept for subscribers that come to the same place; more places than this are rare. */
const SHARED_CHUNKS = 16;

/**
 * The newest records in memory, bounded in bytes, ordered by a key (log position, or revision within one stream).
 * A reader at `next` is served from here as long as nothing at or behind `next` has been dropped.
 */
export class TailRing {
  private records: StoredRecord[] = [];
  private head = 0;
  private bytes = 0;
  private shared = new Map<number, TailChunk>();

  constructor(
    private readonly keyOf: (record: StoredRecord) => number,
    private droppedThrough: number,
    private readonly maxBytes: number,
    private readonly maxChunkBytes: number,
  ) {}

  push(record: StoredRecord): void {
    this.records.push(record);
    this.bytes += record.frame.length;
    if (this.shared.size > 0) this.shared = new Map();
    while (this.bytes > this.maxBytes && this.head < this.records.length) this.drop();
    if (this.head > 1024 && this.head * 2 > this.records.length) {
      this.records = this.records.slice(this.head);
      this.head = 0;
    }
  }

  /** Everything up to this key has to be read from the log; what follows is here. */
  get missesThrough(): number {
    return this.droppedThrough;
  }

  /** Whether every record from `next` on is here (also when there is none yet). */
  covers(next: number): boolean {
    return next > this.droppedThrough;
  }

  /** What follows from `next` on, at most one chunk; undefined where nothing does. Call only where covers(next). */
  from(next: number): TailChunk | undefined {
    const known = this.shared.get(next);
    if (known !== undefined) return known;
    const start = this.firstFrom(next);
    if (start === this.records.length) return undefined;
    let end = start;
    let bytes = 0;
    while (end < this.records.length && (bytes === 0 || bytes < this.maxChunkBytes)) bytes += this.records[end++]!.frame.length;
    const chunk = chunkOf(this.records.slice(start, end), this.keyOf(this.records[end - 1]!) + 1);
    if (this.shared.size < SHARED_CHUNKS) this.shared.set(next, chunk);
    return chunk;
  }

  private firstFrom(next: number): number {
    let low = this.head;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keyOf(this.records[middle]!) < next) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private drop(): void {
    const record = this.records[this.head++]!;
    this.bytes -= record.frame.length;
    this.droppedThrough = this.keyOf(record);
  }
}

function chunkOf(records: readonly StoredRecord[], next: number): TailChunk {
  let joined: Buffer | undefined;
  return {
    records,
    next,
    joined: () => (joined ??= joinFrames(records)),
  };
}

/** The frames one behind the other, in one new buffer. */
export function joinFrames(records: readonly StoredRecord[]): Buffer {
  if (records.length === 1) return records[0]!.frame;
  return Buffer.concat(records.map((record) => record.frame));
}
