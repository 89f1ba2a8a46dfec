import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { LogPosition } from './event-log.js';
import type { FileOps } from './file-ops.js';
import { LogClosedError, LogDamagedError } from './open-errors.js';
import { segmentFileName } from './segment-format.js';

/** Files kept open for reading; the one unused for longest is closed for the next. */
const MAX_OPEN_FILES = 128;

export interface Segment {
  readonly base: LogPosition;
  /** Position after its last byte; Infinity for the one being written. */
  end: LogPosition;
  readonly path: string;
}

interface OpenFile {
  fd: number;
  readers: number;
}

/** The segments of a folder in log order, and reading bytes by log position. */
export class SegmentSet {
  private readonly segments: Segment[] = [];
  private readonly files = new Map<LogPosition, OpenFile>();
  private closed = false;

  constructor(
    private readonly folder: string,
    private readonly ops: FileOps,
  ) {}

  get all(): readonly Segment[] {
    return this.segments;
  }

  add(base: LogPosition, end: LogPosition): Segment {
    const segment = { base, end, path: join(this.folder, segmentFileName(base)) };
    this.segments.push(segment);
    return segment;
  }

  /** The segment that holds `position`. */
  at(position: LogPosition): Segment {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.segments[middle]?.base ?? Infinity) <= position) low = middle;
      else high = middle - 1;
    }
    const segment = this.segments[low];
    if (segment === undefined || position < segment.base) throw new RangeError(`no segment holds position ${position}`);
    return segment;
  }

  /** Bytes from `position`, all in one segment; fewer than asked for where the file ends. */
  async read(position: LogPosition, bytes: number): Promise<Buffer> {
    const segment = this.at(position);
    const target = Buffer.allocUnsafeSlow(bytes);
    const file = this.borrow(segment);
    try {
      const read = await this.ops.read(file.fd, target, 0, bytes, position - segment.base);
      return read === bytes ? target : target.subarray(0, read);
    } finally {
      file.readers--;
      if (this.closed && file.readers === 0) closeSync(file.fd);
    }
  }

  /** Fills `target` from `position`: for the few bytes that a decision needs at once. */
  readNow(position: LogPosition, target: Buffer): void {
    const segment = this.at(position);
    const file = this.borrow(segment);
    file.readers--;
    const read = this.ops.readSync(file.fd, target, 0, target.length, position - segment.base);
    if (read < target.length) throw new LogDamagedError(segment.path, position - segment.base, 'the file ends within a record');
  }

  /** Reads that are under way end as they would have; a file is closed after its last one. */
  close(): void {
    this.closed = true;
    for (const [base, file] of this.files) if (file.readers === 0) this.closeUnused(base, file);
    this.files.clear();
  }

  private borrow(segment: Segment): OpenFile {
    if (this.closed) throw new LogClosedError();
    let file = this.files.get(segment.base);
    if (file === undefined) file = { fd: openSync(segment.path, 'r'), readers: 0 };
    else this.files.delete(segment.base); // and back to the end: the map is in order of use
    this.files.set(segment.base, file);
    file.readers++;
    if (this.files.size > MAX_OPEN_FILES) this.closeOldest();
    return file;
  }

  private closeOldest(): void {
    for (const [base, file] of this.files) {
      if (file.readers > 0) continue;
      this.closeUnused(base, file);
      return;
    }
  }

  private closeUnused(base: LogPosition, file: OpenFile): void {
    this.files.delete(base);
    closeSync(file.fd);
  }
}
