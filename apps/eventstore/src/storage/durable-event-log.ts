import { AppendPlanner, type Plan } from './append-planner.js';
import type { DiskSpace } from './disk-space.js';
import type {
  AppendOutcome, Direction, DurableListener, EventLog, EventLogStats, ExpectedRevision, FlushReport, LogPage, LogPosition,
  ProposedEvent, RefusalCode, Revision, StreamPage, StreamView,
} from './event-log.js';
import { MAX_CONTENT_TYPE_BYTES, MAX_NAME_BYTES, TOMBSTONE_REVISION } from './event-record.js';
import { GroupWriter, failedOutcome, type NewEvent, type WriteUnit } from './group-writer.js';
import { MAX_STREAMS, type LogIndex } from './log-index.js';
import type { LogReader } from './log-reader.js';
import type { LogFolder } from './log-folder.js';
import { isMetadataStream, describedStream, parseMetadata } from './stream-metadata.js';
import { recordsOfUnit } from './unit-records.js';

/** Encoded bytes of the largest append; it is held in memory until it is on disk. */
export const MAX_APPEND_BYTES = 64 << 20;

export interface LogParts {
  index: LogIndex;
  reader: LogReader;
  folder: LogFolder;
  disk: DiskSpace;
  segmentBytes: number;
  maxQueuedBytes: number;
  clock: () => number;
  lastCreatedMs: number;
  onFailed: (message: string) => void;
  onFlush: (report: FlushReport) => void;
}

export class DurableEventLog implements EventLog {
  private readonly planner: AppendPlanner;
  private readonly writer: GroupWriter;
  private readonly listeners = new Set<DurableListener>();
  private failure: AppendOutcome | undefined;
  private closing: Promise<void> | undefined;
  private diskFull = false;
  private lastCreatedMs: number;

  constructor(private readonly parts: LogParts) {
    this.lastCreatedMs = parts.lastCreatedMs;
    this.planner = new AppendPlanner(parts.index, parts.reader);
    this.writer = new GroupWriter(parts.index, {
      segmentBytes: parts.segmentBytes,
      end: parts.reader.durableEnd,
      columns: parts.folder.columns,
      sink: (unit) => this.store(unit),
      onDurable: (unit) => this.publish(unit),
      onFailed: (error) => this.fail(error),
    });
  }

  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return this.carryOut(stream, events, (name) => this.planner.append(name, expected, events));
  }

  softDelete(stream: string, expected: ExpectedRevision): Promise<AppendOutcome> {
    return this.carryOut(stream, [], (name) => this.planner.softDelete(name, expected));
  }

  tombstone(stream: string, expected: ExpectedRevision): Promise<AppendOutcome> {
    return this.carryOut(stream, [], (name) => this.planner.tombstone(name, expected));
  }

  view(stream: string): StreamView {
    return this.parts.reader.view(stream);
  }

  readStream(stream: string, from: Revision | 'start' | 'end', direction: Direction, maxEvents: number, maxBytes: number): Promise<StreamPage> {
    return this.parts.reader.readStream(stream, from, direction, maxEvents, maxBytes);
  }

  readAll(from: LogPosition | 'start' | 'end', direction: Direction, maxEvents: number, maxBytes: number): Promise<LogPage> {
    return this.parts.reader.readAll(from, direction, maxEvents, maxBytes);
  }

  get durableEnd(): LogPosition {
    return this.parts.reader.durableEnd;
  }

  get lastPosition(): LogPosition | undefined {
    const { positions, durableEvents } = this.parts.index;
    return durableEvents === 0 ? undefined : positions.at(durableEvents - 1);
  }

  onDurable(listener: DurableListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stats(): EventLogStats {
    const { index, folder } = this.parts;
    return {
      logId: folder.logId,
      state: this.closing ? 'closed' : this.failure ? 'failed' : this.diskFull ? 'disk_nearly_full' : 'serving',
      events: index.durableEvents,
      streams: index.streams,
      segments: folder.segments.all.length,
      bytes: this.durableEnd,
      firstPosition: index.durableEvents === 0 ? undefined : index.positions.at(0),
      lastPosition: this.lastPosition,
      lastCreatedMs: index.durableEvents === 0 ? undefined : this.lastCreatedMs,
      indexBytes: index.bytes,
      queuedAppends: this.writer.queuedAppends,
      queuedBytes: this.writer.queuedBytes,
    };
  }

  close(): Promise<void> {
    this.closing ??= this.writer.idle().then(() => this.parts.folder.close());
    return this.closing;
  }

  private async carryOut(stream: string, events: readonly ProposedEvent[], plan: (stream: string) => Plan): Promise<AppendOutcome> {
    const name = wellFormed(stream);
    const refusal = nameRefusal(name, events);
    if (refusal !== undefined) return refusal;
    return this.decide(name, plan) ?? this.parts.disk.refresh(this.writer.queuedBytes).then(() => {
      return this.decide(name, plan) ?? refused('disk_nearly_full', this.parts.disk.shortage());
    });
  }

  /** Undefined where the disk has no room as far as is known. */
  private decide(stream: string, plan: (stream: string) => Plan): AppendOutcome | Promise<AppendOutcome> | undefined {
    const refusal = this.refusal(stream);
    if (refusal !== undefined) return refusal;
    const planned = plan(stream);
    if (planned.kind === 'answer') return this.writer.whenDurable(planned.outcome);
    const bytes = GroupWriter.bytesBound(planned.events);
    if (bytes > MAX_APPEND_BYTES) return refused('append_too_large', `an append of up to ${bytes} bytes is over ${MAX_APPEND_BYTES}`);
    this.diskFull = !this.parts.disk.hasRoomFor(bytes);
    return this.diskFull ? undefined : this.write(planned.events, planned.answered, planned.lastRevision, bytes);
  }

  private refusal(stream: string): AppendOutcome | undefined {
    const { index, maxQueuedBytes } = this.parts;
    if (this.failure !== undefined) return this.failure;
    if (this.closing !== undefined) return refused('log_closed', 'the event store is stopping');
    if (this.writer.queuedBytes >= maxQueuedBytes) return refused('queue_full', `${this.writer.queuedBytes} bytes wait for the disk already`);
    if (index.streams >= MAX_STREAMS && index.streamNumber(stream) === undefined) {
      return refused('too_many_streams', `the log holds ${index.streams} streams, more than ${MAX_STREAMS} are not possible`);
    }
    return undefined;
  }

  private write(events: readonly NewEvent[], answered: number, lastRevision: Revision | -1, bytes: number): AppendOutcome | Promise<AppendOutcome> {
    const { index, disk, clock } = this.parts;
    if (events.length === 0) {
      return this.writer.whenDurable({ kind: 'appended', lastRevision, position: this.lastPosition ?? 0, idempotent: false });
    }
    // Never before its predecessor, so that $maxAge can search by time.
    this.lastCreatedMs = Math.max(this.lastCreatedMs, Math.floor(clock()));
    const first = index.events;
    disk.take(bytes);
    this.writer.add(events, this.lastCreatedMs);
    for (const [at, event] of events.entries()) {
      if (!isMetadataStream(event.streamName) || event.revision === TOMBSTONE_REVISION) continue;
      index.setMetadata(describedStream(event.streamName), first + at, parseMetadata(event.contentType.toString(), event.data), event.data);
    }
    return this.writer.whenDurable({ kind: 'appended', lastRevision, position: index.positions.at(first + answered), idempotent: false });
  }

  private async store(unit: WriteUnit): Promise<void> {
    const started = performance.now();
    const written = await this.parts.folder.write(unit);
    const ended = performance.now();
    const { appends, records: events, bytes } = unit;
    this.parts.onFlush({ appends, events, bytes, writeMs: written - started, syncMs: ended - written });
    const { folder, disk, segmentBytes } = this.parts;
    if (unit.finished !== undefined) await folder.beginSegment(unit.finished);
    folder.makeRoom(segmentBytes, (room) => disk.takeSpare(room));
    if (disk.isStale()) void disk.refresh(this.writer.queuedBytes);
  }

  private publish(unit: WriteUnit): void {
    const { index, reader } = this.parts;
    index.durableEvents += unit.records;
    reader.durableEnd = unit.start + unit.bytes;
    if (this.listeners.size === 0 || unit.records === 0) return;
    const records = recordsOfUnit(unit);
    for (const listener of this.listeners) listener(records, reader.durableEnd);
  }

  private fail(error: Error): void {
    const outcome = failedOutcome(error);
    this.failure = outcome;
    if (outcome.kind === 'refused') this.parts.onFailed(outcome.message);
  }
}

function refused(code: RefusalCode, message: string): AppendOutcome {
  return { kind: 'refused', code, message };
}

/** A lone surrogate has no UTF-8: the name is what will be read back. */
function wellFormed(name: string): string {
  return Buffer.byteLength(name) === name.length ? name : Buffer.from(name).toString();
}

function nameRefusal(stream: string, events: readonly ProposedEvent[]): AppendOutcome | undefined {
  if (Buffer.byteLength(stream) > MAX_NAME_BYTES) return refused('name_too_long', `a stream name has more than ${MAX_NAME_BYTES} bytes`);
  for (const event of events) {
    if (event.id.length !== 16) throw new RangeError('an event id has 16 bytes');
    if (Buffer.byteLength(event.type) > MAX_NAME_BYTES) return refused('name_too_long', `an event type has more than ${MAX_NAME_BYTES} bytes`);
    if (Buffer.byteLength(event.contentType) > MAX_CONTENT_TYPE_BYTES) {
      return refused('name_too_long', `a content type has more than ${MAX_CONTENT_TYPE_BYTES} bytes`);
    }
  }
  return undefined;
}
