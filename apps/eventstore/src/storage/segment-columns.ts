import type { LogPosition } from './event-log.js';

const FIRST_CAPACITY = 1_024;

/** What one segment adds to the index, a column each, in log order; also what an index file holds. */
export class SegmentColumns {
  events = 0;
  /** Offset of the record in the segment's file. */
  offsets = new Uint32Array(FIRST_CAPACITY);
  /** Number of its stream. */
  streams = new Uint32Array(FIRST_CAPACITY);
  /** 16 bytes each. */
  ids: Buffer = Buffer.allocUnsafeSlow(FIRST_CAPACITY * 16);
  /** Indexes of the events that are tombstones. */
  readonly tombstones: number[] = [];
  /** Streams that occur in this segment for the first time, in the order of their numbers. */
  names: string[] = [];

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
