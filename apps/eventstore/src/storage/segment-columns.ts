import type { LogPosition } from './event-log.js';

const FIRST_CAPACITY = 1_024;

/** What one segment adds to the index, in log order: collected from records, or read from its index file. */
export interface SegmentEvents {
  readonly events: number;
  /** 16 bytes each. */
  readonly ids: Buffer;
  /** Indexes of the events that are tombstones. */
  readonly tombstones: readonly number[];
  /** Streams that occur in this segment for the first time, in the order of their numbers. */
  readonly names: readonly string[];
  /** Offset of the event's record in the segment's file. */
  offsetAt(index: number): number;
  /** Number of the event's stream. */
  streamAt(index: number): number;
}

/** A column for each, growing with the segment. */
export class SegmentColumns implements SegmentEvents {
  events = 0;
  ids: Buffer = Buffer.allocUnsafeSlow(FIRST_CAPACITY * 16);
  readonly tombstones: number[] = [];
  names: readonly string[] = [];
  private offsets = new Uint32Array(FIRST_CAPACITY);
  private streams = new Uint32Array(FIRST_CAPACITY);

  constructor(
    readonly base: LogPosition,
    readonly firstEvent: number,
    readonly firstStream: number,
  ) {}

  add(offset: number, stream: number, id: Buffer, idAt: number, tombstone: boolean): void {
    if (this.events === this.offsets.length) this.grow();
    this.offsets[this.events] = offset;
    this.streams[this.events] = stream;
    id.copy(this.ids, this.events * 16, idAt, idAt + 16);
    if (tombstone) this.tombstones.push(this.events);
    this.events++;
  }

  offsetAt(index: number): number {
    return this.offsets[index] ?? 0;
  }

  streamAt(index: number): number {
    return this.streams[index] ?? 0;
  }

  private grow(): void {
    const capacity = this.offsets.length * 2;
    const offsets = new Uint32Array(capacity);
    offsets.set(this.offsets);
    this.offsets = offsets;
    const streams = new Uint32Array(capacity);
    streams.set(this.streams);
    this.streams = streams;
    const ids = Buffer.allocUnsafeSlow(capacity * 16);
    this.ids.copy(ids);
    this.ids = ids;
  }
}
