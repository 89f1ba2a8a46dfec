import type { AppendOutcome, LogPosition } from './event-log.js';
import { TOMBSTONE_REVISION, recordBytesBound, writeRecord, type EventFields } from './event-record.js';
import { type LogIndex } from './log-index.js';
import { SegmentColumns } from './segment-columns.js';
import { APPEND_HEADER_BYTES, SEAL_BYTES, SEGMENT_HEADER_BYTES, writeAppendHeader } from './segment-format.js';

const FIRST_BUFFER_BYTES = 256 << 10;
/** Larger buffers are given back to the system after use. */
const LARGEST_KEPT_BUFFER_BYTES = 4 << 20;

export interface NewEvent extends EventFields {
  streamName: string;
}

interface Waiting {
  resolve: (outcome: AppendOutcome) => void;
  outcome: AppendOutcome;
}

/** Appends that go to the disk in one write and become durable together. */
export interface WriteUnit {
  buffer: Buffer;
  bytes: number;
  readonly start: LogPosition;
  records: number;
  appends: number;
  readonly waiting: Waiting[];
  /** Set on the last unit of a segment: what the segment's index is made of. */
  finished: SegmentColumns | undefined;
}

/** Puts a unit on disk, and begins the next segment after a unit that is `finished`. Rejects when the disk fails. */
export type UnitSink = (unit: WriteUnit) => Promise<void>;

export interface GroupWriterOptions {
  segmentBytes: number;
  /** Where the next append goes. */
  end: LogPosition;
  /** Of the segment that is being written. */
  columns: SegmentColumns;
  sink: UnitSink;
  /** Called when everything of the unit is durable, before anybody is answered. */
  onDurable: (unit: WriteUnit) => void;
  onFailed: (error: Error) => void;
}

/**
 * Group commit: appends are encoded as they come into the unit that goes to the disk next, while the one before it is
 * being written. One loop writes units one after another, so everything before a unit is durable when it is written.
 */
export class GroupWriter {
  private readonly units: WriteUnit[] = [];
  private flushing: WriteUnit | undefined;
  private running: Promise<void> | undefined;
  private columns: SegmentColumns;
  private end: LogPosition;
  private spareBuffer: Buffer | undefined;
  queuedBytes = 0;
  queuedAppends = 0;

  constructor(
    private readonly index: LogIndex,
    private readonly options: GroupWriterOptions,
  ) {
    this.columns = options.columns;
    this.end = options.end;
  }

  /** Bytes that an append of these events takes at most. */
  static bytesBound(events: readonly NewEvent[]): number {
    let bytes = APPEND_HEADER_BYTES;
    for (const event of events) {
      bytes += recordBytesBound(event.stream, event.type, event.contentType, event.data, event.customMetadata);
    }
    return bytes;
  }

  /** Encodes the events as one append and adds them to the index as not yet durable. */
  add(events: readonly NewEvent[], createdMs: number): void {
    const bound = GroupWriter.bytesBound(events);
    const unit = this.unitFor(bound);
    const start = unit.bytes;
    let at = start + APPEND_HEADER_BYTES;
    for (const event of events) {
      const position = unit.start + at;
      at = writeRecord(unit.buffer, at, event, createdMs, position);
      this.indexEvent(event, position);
    }
    writeAppendHeader(unit.buffer, start, {
      position: unit.start + start,
      flushStart: unit.start,
      bodyBytes: at - start - APPEND_HEADER_BYTES,
      records: events.length,
    });
    unit.bytes = at;
    unit.records += events.length;
    unit.appends++;
    this.end = unit.start + at;
    this.queuedBytes += at - start;
    this.queuedAppends++;
  }

  /** Resolves with `outcome` once everything that was added so far is durable. */
  whenDurable(outcome: AppendOutcome): AppendOutcome | Promise<AppendOutcome> {
    const unit = this.units.at(-1) ?? this.flushing;
    if (unit === undefined) return outcome;
    return new Promise((resolve) => unit.waiting.push({ resolve, outcome }));
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private indexEvent(event: NewEvent, position: LogPosition): void {
    const stream = this.index.intern(event.streamName);
    const tombstone = event.revision === TOMBSTONE_REVISION;
    if (tombstone) this.index.addTombstone(stream, position);
    else this.index.add(stream, position);
    this.index.recent?.add(stream, event.id, 0);
    this.columns.add(position - this.columns.base, stream, event.id, 0, tombstone);
  }

  private unitFor(bytes: number): WriteUnit {
    const inSegment = this.end - this.columns.base;
    if (inSegment > SEGMENT_HEADER_BYTES && inSegment + bytes + SEAL_BYTES > this.options.segmentBytes) this.finishSegment();
    const last = this.units.at(-1);
    const unit = last !== undefined && last.finished === undefined ? last : this.beginUnit();
    if (unit.bytes + bytes > unit.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(unit.buffer.length * 2, unit.bytes + bytes));
      unit.buffer.copy(larger, 0, 0, unit.bytes);
      unit.buffer = larger;
    }
    return unit;
  }

  private beginUnit(): WriteUnit {
    const buffer = this.spareBuffer ?? Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES);
    this.spareBuffer = undefined;
    const unit: WriteUnit = { buffer, bytes: 0, start: this.end, records: 0, appends: 0, waiting: [], finished: undefined };
    this.units.push(unit);
    // On the next turn, so that whatever arrived in this one goes along.
    this.running ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.run());
    return unit;
  }

  private finishSegment(): void {
    const last = this.units.at(-1) ?? this.beginUnit();
    this.columns.names = this.index.takeNewNames();
    last.finished = this.columns;
    const base = this.end + SEAL_BYTES;
    this.columns = new SegmentColumns(base, this.index.events, this.index.streams);
    this.end = base + SEGMENT_HEADER_BYTES;
  }

  private async run(): Promise<void> {
    for (let unit = this.units.shift(); unit !== undefined; unit = this.units.shift()) {
      this.flushing = unit;
      try {
        await this.options.sink(unit);
      } catch (error) {
        this.fail(error instanceof Error ? error : new Error(String(error)));
        break;
      }
      this.flushing = undefined;
      this.settle(unit);
    }
    this.running = undefined;
  }

  private settle(unit: WriteUnit): void {
    this.queuedBytes -= unit.bytes;
    this.queuedAppends -= unit.appends;
    this.options.onDurable(unit);
    for (const { resolve, outcome } of unit.waiting) resolve(outcome);
    if (unit.buffer.length <= LARGEST_KEPT_BUFFER_BYTES) this.spareBuffer = unit.buffer;
  }

  private fail(error: Error): void {
    this.options.onFailed(error);
    const outcome = failedOutcome(error);
    const lost = this.flushing === undefined ? this.units : [this.flushing, ...this.units];
    this.flushing = undefined;
    for (const unit of lost) for (const { resolve } of unit.waiting) resolve(outcome);
    this.units.length = 0;
  }
}

export function failedOutcome(error: Error): AppendOutcome {
  const message = `the log cannot be written any more, the event store has to be restarted: ${error.message}`;
  return { kind: 'refused', code: 'log_failed', message };
}
