import type { LogPosition, Revision, StreamMetadata } from './event-log.js';
import { PositionList } from './position-list.js';
import { RecentIds } from './recent-ids.js';
import { RevisionBlocks } from './revision-blocks.js';
import { describedStream, isMetadataStream, isSoftDeleted } from './stream-metadata.js';

/** A JS Map holds at most 2^24 keys. */
export const MAX_STREAMS = 16_000_000;
/** A name in the map: the string's header and the entry; the characters come on top. */
const NAME_OVERHEAD_BYTES = 72;

interface MetadataVersion {
  eventNumber: number;
  metadata: StreamMetadata;
  /** Kept for a soft-deleted stream only: an append to it writes the other keys again. */
  data: Buffer | undefined;
  /** What reads still see while this version is not durable. */
  previous: MetadataVersion | undefined;
}

/**
 * Where every event is. Holds what is decided, also before it is on disk: events numbered from `durableEvents` on
 * count for deciding about appends and are invisible to reads.
 */
export class LogIndex {
  readonly positions = new PositionList();
  readonly revisions = new RevisionBlocks();
  recent: RecentIds | undefined;
  durableEvents = 0;
  private readonly numbers = new Map<string, number>();
  private nameBytes = 0;
  private newNames: string[] = [];
  private readonly metadataVersions = new Map<number, MetadataVersion>();
  private readonly tombstones = new Map<number, number>();

  get events(): number {
    return this.positions.length;
  }

  get streams(): number {
    return this.numbers.size;
  }

  get bytes(): number {
    const names = this.nameBytes + this.numbers.size * NAME_OVERHEAD_BYTES;
    return this.positions.bytes + this.revisions.bytes + (this.recent?.bytes ?? 0) + names;
  }

  streamNumber(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /** The stream's number, given on first sight. `$$x` also gives `x` a number: rebuilding from records gives the same. */
  intern(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(name, number);
    this.nameBytes += name.length;
    this.newNames.push(name);
    if (isMetadataStream(name)) this.intern(describedStream(name));
    return number;
  }

  /** Names interned since the last call, in the order of their numbers. */
  takeNewNames(): string[] {
    const names = this.newNames;
    this.newNames = [];
    return names;
  }

  /** Adds the log's next event; its revision is the stream's next. Returns the event number. */
  add(stream: number, position: LogPosition): number {
    const eventNumber = this.positions.length;
    this.positions.push(position);
    this.revisions.push(stream, eventNumber);
    return eventNumber;
  }

  addTombstone(stream: number, position: LogPosition): number {
    const eventNumber = this.positions.length;
    this.positions.push(position);
    this.tombstones.set(stream, eventNumber);
    return eventNumber;
  }

  /** `eventNumber` is that of the event in `$$described`. Metadata of a metadata stream has no effect. */
  setMetadata(described: string, eventNumber: number, metadata: StreamMetadata, data: Buffer): void {
    if (isMetadataStream(described)) return;
    const stream = this.intern(described);
    const previous = this.metadataVersions.get(stream);
    if (previous !== undefined && previous.eventNumber < this.durableEvents) previous.previous = undefined;
    const kept = isSoftDeleted(metadata) ? Buffer.from(data) : undefined;
    this.metadataVersions.set(stream, { eventNumber, metadata, data: kept, previous });
  }

  /** As appends see it: durable or on its way. */
  latestMetadata(stream: number): StreamMetadata | undefined {
    return this.metadataVersions.get(stream)?.metadata;
  }

  /** The bytes of a soft-deleted stream's metadata. */
  softDeletedData(stream: number): Buffer | undefined {
    return this.metadataVersions.get(stream)?.data;
  }

  durableMetadata(stream: number): StreamMetadata | undefined {
    let version = this.metadataVersions.get(stream);
    while (version !== undefined && version.eventNumber >= this.durableEvents) version = version.previous;
    return version?.metadata;
  }

  /** Revision of the last event, durable or not; -1 where there is none. A tombstone is not counted. */
  latestRevision(stream: number): Revision | -1 {
    return this.revisions.count(stream) - 1;
  }

  durableRevision(stream: number): Revision | -1 {
    let last = this.revisions.count(stream) - 1;
    while (last >= 0 && this.revisions.eventNumber(stream, last) >= this.durableEvents) last--;
    return last;
  }

  /** Revision of the remembered event with this id in the stream, or undefined. */
  rememberedRevision(stream: number, id: Buffer): Revision | undefined {
    const event = this.recent?.find(stream, id);
    return event === undefined ? undefined : this.revisions.revisionOf(stream, event);
  }

  /** The metadata stream of a tombstoned stream is as closed as the stream. */
  isTombstoned(name: string, throughEvent = Infinity): boolean {
    const number = this.numbers.get(name);
    const at = number === undefined ? undefined : this.tombstones.get(number);
    if (at !== undefined && at < throughEvent) return true;
    return isMetadataStream(name) && this.isTombstoned(describedStream(name), throughEvent);
  }

  /** Without those that are only known because metadata describes them. */
  streamsWithEvents(): number {
    let streams = 0;
    for (const number of this.numbers.values()) if (this.revisions.count(number) > 0 || this.tombstones.has(number)) streams++;
    return streams;
  }

  streamNames(): IterableIterator<[string, number]> {
    return this.numbers.entries();
  }
}
