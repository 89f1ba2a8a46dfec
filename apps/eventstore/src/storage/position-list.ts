import type { LogPosition } from './event-log.js';

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/** Event number in the log → position; 8 bytes an event in typed arrays outside the JS heap. */
export class PositionList {
  private readonly chunks: Float64Array[] = [];
  private size = 0;

  get length(): number {
    return this.size;
  }

  get bytes(): number {
    return this.chunks.length * CHUNK * 8;
  }

  push(position: LogPosition): void {
    let chunk = this.chunks[this.size >>> CHUNK_BITS];
    if (chunk === undefined) {
      chunk = new Float64Array(CHUNK);
      this.chunks.push(chunk);
    }
    chunk[this.size & (CHUNK - 1)] = position;
    this.size++;
  }

  /** The caller knows that `eventNumber` was pushed. */
  at(eventNumber: number): LogPosition {
    return this.chunks[eventNumber >>> CHUNK_BITS]?.[eventNumber & (CHUNK - 1)] ?? NaN;
  }

  /** The first event number below `limit` whose position is at or after `position`; `limit` where there is none. */
  firstAtOrAfter(position: LogPosition, limit: number): number {
    let low = 0;
    let high = limit;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
