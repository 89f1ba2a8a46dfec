import type { ProposedEvent } from '../storage/event-log.js';
import { NameCache } from './name-cache.js';
import { bytesTag, MalformedMessage, type ProtoReader, readUuid } from '@ledger/protobuf';

export const JSON_CONTENT = 'application/json';
export const BINARY_CONTENT = 'application/octet-stream';

/** A proposed event lacks what the server needs to store it. */
export class MissingProperty extends Error {
  constructor(readonly property: string) {
    super(`the event has no ${property}`);
    this.name = 'MissingProperty';
  }
}

const ID = bytesTag(1);
const METADATA = bytesTag(2);
const CUSTOM_METADATA = bytesTag(3);
const DATA = bytesTag(4);
const KEY = bytesTag(1);
const VALUE = bytesTag(2);
const types = new NameCache();
const NOTHING: Buffer = Buffer.alloc(0);
const TYPE_KEY = 0x74797065;
const CONTENT_TYPE_KEY = Buffer.from('content-type');
const JSON_BYTES = Buffer.from(JSON_CONTENT);

/**
 * Reads AppendReq.ProposedMessage or BatchAppendReq.ProposedMessage (the same shape) up to the reader's end.
 * Data and metadata are views of the received bytes. As in EventStoreDB a content type is either JSON or binary.
 */
export function readProposedEvent(reader: ProtoReader): ProposedEvent {
  let id: Buffer | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let data = NOTHING;
  let customMetadata = NOTHING;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === ID) {
      const outer = reader.enter();
      id = readUuid(reader);
      reader.leave(outer);
    } else if (tag === METADATA) {
      const outer = reader.enter();
      const key = readEntryKey(reader);
      if (key === 'type') type = readEntryValue(reader);
      else if (key === 'content-type') contentType = readContentType(reader);
      reader.leave(outer);
    } else if (tag === CUSTOM_METADATA) customMetadata = reader.slice();
    else if (tag === DATA) data = reader.slice();
    else reader.skip(tag);
  }
  if (id === undefined) throw new MalformedMessage('an event without an id');
  if (type === undefined || type === '') throw new MissingProperty('type');
  if (contentType === undefined) throw new MissingProperty('content-type');
  return { id, type, contentType, data, customMetadata };
}

/** Moves to the value of a map entry and says which of the keys the server knows it belongs to. */
function readEntryKey(reader: ProtoReader): 'type' | 'content-type' | 'other' {
  let known: 'type' | 'content-type' | 'other' = 'other';
  while (reader.hasMore) {
    const before = reader.position;
    const tag = reader.tag();
    if (tag === KEY) {
      const length = reader.length();
      const start = reader.position;
      if (length === 4 && reader.bytes.readUInt32BE(start) === TYPE_KEY) known = 'type';
      else if (length === 12 && reader.bytes.compare(CONTENT_TYPE_KEY, 0, 12, start, start + 12) === 0) known = 'content-type';
      reader.position = start + length;
    } else if (tag === VALUE) {
      reader.position = before;
      return known;
    } else reader.skip(tag);
  }
  return 'other';
}

function readEntryValue(reader: ProtoReader): string {
  reader.tag();
  return types.read(reader);
}

function readContentType(reader: ProtoReader): string {
  reader.tag();
  const length = reader.length();
  const start = reader.position;
  const isJson = length === JSON_BYTES.length && reader.bytes.compare(JSON_BYTES, 0, length, start, start + length) === 0;
  return isJson ? JSON_CONTENT : BINARY_CONTENT;
}
