import { bytesTag, formatUuid, MalformedMessage, ProtoReader, readUuid, varintTag } from '@ledger/protobuf';
import type { StoredEvent } from './decode.js';
import { repeatedText } from './repeated-text.js';

// The messages of a subscription, event_store.client.streams.ReadResp, read by hand: with the client's generated classes
// and its queue on top of the call's, an event cost 20 µs and half of the memory that a rebuild goes through. A spec holds
// what is read here against those classes.

/** What a subscription says, in its order. `other`: what we do not act upon. */
export type Followed =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'confirmed' | 'caught_up' | 'other' };

const EVENT = bytesTag(1);
const CONFIRMATION = bytesTag(2);
const CHECKPOINT = bytesTag(3);
const CAUGHT_UP = bytesTag(8);

/** Throws MalformedMessage for bytes that are no ReadResp. */
export function followedMessage(bytes: Buffer): Followed {
  const reader = new ProtoReader(bytes);
  let followed: Followed = { kind: 'other' };
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === EVENT) followed = readEvent(reader.message());
    else if (tag === CONFIRMATION) followed = confirmed(reader, tag, 'confirmed');
    else if (tag === CAUGHT_UP) followed = confirmed(reader, tag, 'caught_up');
    else if (tag === CHECKPOINT) followed = { kind: 'checkpoint', position: commitOf(reader.message()) };
    else reader.skip(tag);
  }
  return followed;
}

function confirmed(reader: ProtoReader, tag: number, kind: 'confirmed' | 'caught_up'): Followed {
  reader.skip(tag);
  return { kind };
}

function commitOf(reader: ProtoReader): bigint {
  let commit = 0n;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === varintTag(1)) commit = BigInt(reader.uint64());
    else reader.skip(tag);
  }
  return commit;
}

/** ReadEvent: its `event`; links are not followed. */
function readEvent(reader: ProtoReader): Followed {
  let event: StoredEvent | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === EVENT) event = recordedEvent(reader.message());
    else reader.skip(tag);
  }
  return event === undefined ? { kind: 'other' } : { kind: 'event', event };
}

const ID = bytesTag(1);
const STREAM = bytesTag(2);
const REVISION = varintTag(3);
const PREPARE = varintTag(4);
const COMMIT = varintTag(5);
const METADATA = bytesTag(6);
const CUSTOM_METADATA = bytesTag(7);
const DATA = bytesTag(8);
const JSON_CONTENT = 'application/json';
const TYPE_KEY = 'type';
const CONTENT_TYPE_KEY = 'content-type';

function recordedEvent(reader: ProtoReader): StoredEvent {
  let id = '';
  let streamId = '';
  let revision = 0n;
  let prepare = 0n;
  let commit = 0n;
  let type = '';
  let contentType = '';
  let metadata = '';
  let data = '';
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === ID) id = uuidText(reader.message());
    else if (tag === STREAM) streamId = streamName(reader.message());
    else if (tag === REVISION) revision = BigInt(reader.uint64());
    else if (tag === PREPARE) prepare = BigInt(reader.uint64());
    else if (tag === COMMIT) commit = BigInt(reader.uint64());
    else if (tag === METADATA) {
      const [key, value] = mapEntry(reader.message());
      if (key === TYPE_KEY) type = value;
      else if (key === CONTENT_TYPE_KEY) contentType = value;
    } else if (tag === CUSTOM_METADATA) metadata = reader.string();
    else if (tag === DATA) data = reader.string();
    else reader.skip(tag);
  }
  if (id === '' || streamId === '') throw new MalformedMessage('an event without an id or a stream');
  const isJson = contentType === JSON_CONTENT;
  return { streamId, id, revision, type, isJson, metadata: parsed(metadata), data: isJson ? parsed(data) : data, position: { commit, prepare } };
}

/** Ids travel as text where they are asked for as text. */
function uuidText(reader: ProtoReader): string {
  const start = reader.position;
  if (reader.hasMore && reader.tag() === bytesTag(2)) {
    const text = reader.string();
    if (!reader.hasMore) return text;
  }
  reader.position = start;
  return formatUuid(readUuid(reader));
}

function streamName(reader: ProtoReader): string {
  let name = '';
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(3)) name = reader.string();
    else reader.skip(tag);
  }
  return name;
}

function mapEntry(reader: ProtoReader): readonly [string, string] {
  let key = '';
  let value = '';
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) key = shortText(reader);
    // When it was created we know from the event's own metadata.
    else if (tag === bytesTag(2) && (key === TYPE_KEY || key === CONTENT_TYPE_KEY || key === '')) value = shortText(reader);
    else reader.skip(tag);
  }
  return [key, value];
}

function shortText(reader: ProtoReader): string {
  const length = reader.length();
  const start = reader.position;
  reader.position += length;
  return repeatedText(reader.bytes, start, length);
}

/** What is no JSON stays text: whoever decodes the event says that it is not ours. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
