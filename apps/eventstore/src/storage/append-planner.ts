import { randomBytes } from 'node:crypto';
import { decideAppend, type AppendDecision, type StreamFacts } from './append-decision.js';
import type { AppendOutcome, ExpectedRevision, ProposedEvent, Revision } from './event-log.js';
import { TOMBSTONE_REVISION } from './event-record.js';
import type { NewEvent } from './group-writer.js';
import type { LogIndex } from './log-index.js';
import type { LogReader } from './log-reader.js';
import {
  METADATA_TYPE, SOFT_DELETED_METADATA, TOMBSTONE_TYPE, describedStream, isMetadataStream, isSoftDeleted, metadataStreamOf,
  undeletedMetadata,
} from './stream-metadata.js';

const JSON_CONTENT = 'application/json';
const BINARY_CONTENT = 'application/octet-stream';
const NOTHING = Buffer.alloc(0);
const KEPT_TEXTS = 4_096;

/** What an append, a delete or a tombstone comes to: events to write as one append, or an answer without writing. */
export type Plan =
  /** `answered` is the index of the event whose position and `lastRevision` are the answer. */
  | { kind: 'write'; events: NewEvent[]; answered: number; lastRevision: Revision | -1 }
  | { kind: 'answer'; outcome: AppendOutcome };

/** Turns what is asked for into events with revisions, by what is decided so far. Writes nothing. */
export class AppendPlanner {
  private readonly texts = new Map<string, Buffer>();

  constructor(
    private readonly index: LogIndex,
    private readonly reader: LogReader,
  ) {}

  append(stream: string, expected: ExpectedRevision, proposed: readonly ProposedEvent[]): Plan {
    const facts = this.factsOf(stream);
    const decision = decideAppend(expected, proposed, facts);
    if (decision.kind !== 'write') return this.answer(stream, decision);
    const name = Buffer.from(stream);
    const lastRevision = facts.lastRevision + proposed.length;
    let revision = facts.lastRevision;
    const events = proposed.map((event): NewEvent => ({
      streamName: stream,
      stream: name,
      revision: ++revision,
      id: event.id,
      type: this.bytesOf(event.type),
      contentType: this.bytesOf(event.contentType),
      data: event.data,
      customMetadata: event.customMetadata,
    }));
    const answered = events.length - 1;
    const newest = proposed.at(-1);
    if (newest === undefined) return { kind: 'write', events, answered, lastRevision };
    if (decision.undelete) events.push(this.undelete(stream, facts.lastRevision + 1, undefined));
    if (isMetadataStream(stream) && this.factsOf(describedStream(stream)).softDeleted) {
      const described = describedStream(stream);
      events.push(this.undelete(described, this.latestRevision(described) + 1, { data: newest.data, after: lastRevision }));
    }
    return { kind: 'write', events, answered, lastRevision };
  }

  softDelete(stream: string, expected: ExpectedRevision): Plan {
    const facts = this.factsOf(stream);
    const id = newEventId();
    const decision = decideAppend(expected, [{ id }], facts);
    if (decision.kind !== 'write') return this.answer(stream, decision);
    if (facts.lastRevision < 0 && !facts.hasMetadata) {
      return { kind: 'answer', outcome: { kind: 'wrong_expected_version', current: 'no_stream' } };
    }
    const lastRevision = this.latestRevision(metadataStreamOf(stream)) + 1;
    const event = this.metadataEvent(stream, lastRevision, Buffer.from(SOFT_DELETED_METADATA), id);
    return { kind: 'write', events: [event], answered: 0, lastRevision };
  }

  tombstone(stream: string, expected: ExpectedRevision): Plan {
    const id = newEventId();
    const decision = decideAppend(expected, [{ id }], this.factsOf(stream));
    if (decision.kind !== 'write') return this.answer(stream, decision);
    const event: NewEvent = {
      streamName: stream,
      stream: Buffer.from(stream),
      revision: TOMBSTONE_REVISION,
      id,
      type: this.bytesOf(TOMBSTONE_TYPE),
      contentType: this.bytesOf(BINARY_CONTENT),
      data: NOTHING,
      customMetadata: NOTHING,
    };
    return { kind: 'write', events: [event], answered: 0, lastRevision: TOMBSTONE_REVISION };
  }

  private answer(stream: string, decision: Exclude<AppendDecision, { kind: 'write' }>): Plan {
    if (decision.kind !== 'already_written') return { kind: 'answer', outcome: decision };
    const number = this.index.streamNumber(stream) ?? 0;
    const event = this.index.revisions.eventNumber(number, decision.lastRevision);
    const position = this.index.positions.at(event);
    return { kind: 'answer', outcome: { kind: 'appended', lastRevision: decision.lastRevision, position, idempotent: true } };
  }

  private factsOf(name: string): StreamFacts {
    const { index, reader } = this;
    const stream = index.streamNumber(name);
    const metadata = stream === undefined ? undefined : index.latestMetadata(stream);
    return {
      tombstoned: index.isTombstoned(name),
      softDeleted: isSoftDeleted(metadata),
      hasMetadata: metadata !== undefined,
      lastRevision: stream === undefined ? -1 : index.latestRevision(stream),
      rememberedRevision: (id) => (stream === undefined ? undefined : index.rememberedRevision(stream, id)),
      carriesId(revision, id) {
        if (stream === undefined) return false;
        const event = index.revisions.eventNumber(stream, revision);
        return index.recent?.has(event) ? index.recent.carries(event, id) : reader.carriesId(event, id);
      },
    };
  }

  private latestRevision(stream: string): Revision | -1 {
    const number = this.index.streamNumber(stream);
    return number === undefined ? -1 : this.index.latestRevision(number);
  }

  /** Metadata that shows a soft-deleted stream again from `firstRevision`; `written` is what was just put into `$$stream`. */
  private undelete(stream: string, firstRevision: Revision, written: { data: Buffer; after: Revision } | undefined): NewEvent {
    const number = this.index.streamNumber(stream) ?? 0;
    const data = written?.data ?? this.index.softDeletedData(number) ?? NOTHING;
    const revision = (written?.after ?? this.latestRevision(metadataStreamOf(stream))) + 1;
    return this.metadataEvent(stream, revision, undeletedMetadata(data, firstRevision), newEventId());
  }

  private metadataEvent(stream: string, revision: Revision, data: Buffer, id: Buffer): NewEvent {
    return {
      streamName: metadataStreamOf(stream),
      stream: Buffer.from(metadataStreamOf(stream)),
      revision,
      id,
      type: this.bytesOf(METADATA_TYPE),
      contentType: this.bytesOf(JSON_CONTENT),
      data,
      customMetadata: NOTHING,
    };
  }

  /** Types and content types repeat: their bytes are kept, a bounded number of them. */
  private bytesOf(text: string): Buffer {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size >= KEPT_TEXTS) this.texts.clear();
    const bytes = Buffer.from(text);
    this.texts.set(text, bytes);
    return bytes;
  }
}

/** A random UUID of version 4. */
function newEventId(): Buffer {
  const id = randomBytes(16);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x40;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id;
}
