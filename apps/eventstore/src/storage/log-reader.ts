import type { Direction, LogPage, LogPosition, Revision, StreamMetadata, StreamPage, StreamView } from './event-log.js';
import type { LogIndex } from './log-index.js';
import { LogDamagedError } from './open-errors.js';
import type { SegmentSet } from './segment-set.js';
import { isMetadataStream, isSoftDeleted } from './stream-metadata.js';
import { RecordView, recordFault } from './stored-record.js';

/** Records of a stream that lie closer than this are fetched in one read. */
const LARGEST_GAP_BYTES = 4 << 10;
const READS_AT_ONCE = 16;
const CREATED_OFFSET = 32;
const ID_OFFSET = 16;
const METADATA_OF_METADATA_STREAMS: StreamMetadata = { maxCount: 1 };
const UNKNOWN: StreamView = {
  exists: false, tombstoned: false, softDeleted: false, lastRevision: -1, firstReadableRevision: 0, metadata: undefined,
};

/** Events numbered from `first` to before `end`, next to each other in one segment. */
interface Run {
  start: LogPosition;
  end: LogPosition;
  events: number[];
}

/** Pages of durable events out of the segments, under the rules of stream metadata. */
export class LogReader {
  durableEnd: LogPosition;

  constructor(
    private readonly index: LogIndex,
    private readonly segments: SegmentSet,
    durableEnd: LogPosition,
    private readonly clock: () => number,
  ) {
    this.durableEnd = durableEnd;
  }

  view(name: string): StreamView {
    const stream = this.index.streamNumber(name);
    const tombstoned = this.index.isTombstoned(name, this.index.durableEvents);
    if (stream === undefined) return tombstoned ? { ...UNKNOWN, tombstoned } : UNKNOWN;
    const metadata = this.metadataOf(name, stream);
    const lastRevision = this.index.durableRevision(stream);
    return {
      exists: lastRevision >= 0,
      tombstoned,
      softDeleted: isSoftDeleted(metadata),
      lastRevision,
      firstReadableRevision: this.firstReadable(stream, lastRevision, metadata),
      metadata,
    };
  }

  async readStream(name: string, from: Revision | 'start' | 'end', direction: Direction, maxEvents: number, maxBytes: number): Promise<StreamPage> {
    const view = this.view(name);
    const stream = this.index.streamNumber(name);
    const first = view.firstReadableRevision;
    const last = view.lastRevision;
    const forward = direction === 'forward';
    const wanted = from === 'start' ? first : from === 'end' ? (forward ? last + 1 : last) : from;
    const start = forward ? Math.max(wanted, first) : Math.min(wanted, last);
    if (stream === undefined || view.tombstoned || first > last || start < first || start > last || maxEvents < 1) {
      return { records: [], end: true, next: start };
    }
    const step = forward ? 1 : -1;
    const events: number[] = [];
    let bytes = 0;
    let revision = start;
    for (; revision >= first && revision <= last && events.length < maxEvents && bytes < maxBytes; revision += step) {
      const event = this.index.revisions.eventNumber(stream, revision);
      bytes += this.endOf(event) - this.index.positions.at(event);
      events.push(event);
    }
    return { records: await this.fetch(events), end: revision < first || revision > last, next: revision };
  }

  async readAll(from: LogPosition | 'start' | 'end', direction: Direction, maxEvents: number, maxBytes: number): Promise<LogPage> {
    const position = from === 'start' ? 0 : from === 'end' ? this.durableEnd : from;
    return direction === 'forward' ? this.forward(position, maxEvents, maxBytes) : this.backward(position, maxEvents, maxBytes);
  }

  /** Whether the event has this id; for events that may be older than the remembered ones. */
  carriesId(event: number, id: Buffer): boolean {
    const stored = Buffer.allocUnsafe(16);
    this.segments.readNow(this.index.positions.at(event) + ID_OFFSET, stored);
    return stored.equals(id);
  }

  /** The record of an event, read at once. */
  recordNow(event: number): RecordView {
    const start = this.index.positions.at(event);
    const bytes = Buffer.allocUnsafe(this.endOf(event) - start);
    this.segments.readNow(start, bytes);
    return this.checkedRecord(bytes, 0, start);
  }

  private async forward(from: LogPosition, maxEvents: number, maxBytes: number): Promise<LogPage> {
    const { positions, durableEvents } = this.index;
    const first = positions.firstAtOrAfter(from, durableEvents);
    if (first >= durableEvents || maxEvents < 1) return { records: [], end: first >= durableEvents, next: from };
    const start = positions.at(first);
    const segmentEnd = Math.min(this.segments.at(start).end, this.durableEnd);
    const bound = Math.min(start + maxBytes, segmentEnd);
    const end = Math.max(first + 1, positions.firstAtOrAfter(bound, Math.min(first + maxEvents, durableEvents)));
    const records = await this.readRun({ start, end: this.endOf(end - 1), events: range(first, end) });
    return { records, end: end === durableEvents, next: positions.at(end - 1) + 1 };
  }

  private async backward(from: LogPosition, maxEvents: number, maxBytes: number): Promise<LogPage> {
    const { positions, durableEvents } = this.index;
    const end = positions.firstAtOrAfter(from, durableEvents);
    if (end === 0 || maxEvents < 1) return { records: [], end: end === 0, next: from };
    const runEnd = this.endOf(end - 1);
    const bound = Math.max(runEnd - maxBytes, this.segments.at(positions.at(end - 1)).base);
    const first = Math.min(end - 1, Math.max(end - maxEvents, positions.firstAtOrAfter(bound, end)));
    const start = positions.at(first);
    const records = await this.readRun({ start, end: runEnd, events: range(first, end) });
    return { records: records.reverse(), end: first === 0, next: start };
  }

  /** Position that an event's record ends at or before: where the next begins, or its segment or the log ends. */
  private endOf(event: number): LogPosition {
    const next = event + 1 < this.index.durableEvents ? this.index.positions.at(event + 1) : this.durableEnd;
    const segmentEnd = this.segments.at(this.index.positions.at(event)).end;
    return Math.min(next, segmentEnd);
  }

  /** Records of these events, in their order; neighbours are fetched together. */
  private async fetch(events: readonly number[]): Promise<RecordView[]> {
    const runs: Run[] = [];
    for (const event of events) {
      const start = this.index.positions.at(event);
      const end = this.endOf(event);
      const run = runs.at(-1);
      if (run !== undefined && this.joins(run, start, end)) {
        run.start = Math.min(run.start, start);
        run.end = Math.max(run.end, end);
        run.events.push(event);
      } else runs.push({ start, end, events: [event] });
    }
    const records: RecordView[] = [];
    for (let at = 0; at < runs.length; at += READS_AT_ONCE) {
      const pages = await Promise.all(runs.slice(at, at + READS_AT_ONCE).map((run) => this.readRun(run)));
      for (const page of pages) for (const record of page) records.push(record);
    }
    return records;
  }

  private joins(run: Run, start: LogPosition, end: LogPosition): boolean {
    const gap = start >= run.end ? start - run.end : run.start - end;
    return gap <= LARGEST_GAP_BYTES && this.segments.at(run.start) === this.segments.at(start);
  }

  private async readRun(run: Run): Promise<RecordView[]> {
    const bytes = await this.segments.read(run.start, run.end - run.start);
    return run.events.map((event) => {
      const position = this.index.positions.at(event);
      return this.checkedRecord(bytes, position - run.start, position);
    });
  }

  private checkedRecord(bytes: Buffer, at: number, position: LogPosition): RecordView {
    const fault = recordFault(bytes, at, bytes.length);
    if (fault === undefined) return new RecordView(bytes, at, position);
    const segment = this.segments.at(position);
    throw new LogDamagedError(segment.path, position - segment.base, fault);
  }

  private metadataOf(name: string, stream: number): StreamMetadata | undefined {
    return isMetadataStream(name) ? METADATA_OF_METADATA_STREAMS : this.index.durableMetadata(stream);
  }

  private firstReadable(stream: number, last: Revision | -1, metadata: StreamMetadata | undefined): Revision {
    if (metadata === undefined || last < 0) return 0;
    const byCount = metadata.maxCount === undefined ? 0 : last + 1 - metadata.maxCount;
    const first = Math.min(last + 1, Math.max(0, byCount, metadata.truncateBefore ?? 0));
    if (metadata.maxAge === undefined) return first;
    const oldest = this.clock() - metadata.maxAge * 1_000;
    // `created` never falls along the log, so the young ones are the last ones.
    let low = first;
    let high = last + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.createdMs(this.index.revisions.eventNumber(stream, middle)) < oldest) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private createdMs(event: number): number {
    const ticks = Buffer.allocUnsafe(8);
    this.segments.readNow(this.index.positions.at(event) + CREATED_OFFSET, ticks);
    return Number(ticks.readBigUInt64LE() / 10_000n);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
