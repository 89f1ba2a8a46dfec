import { crc32 } from 'node:zlib';
import type { LogPosition, Revision } from './event-log.js';
import { RECORD_HEADER_BYTES, putUint64 } from './segment-format.js';

/**
 * Writing one event: the record header, then the gRPC message that a read answers with, so that catching up
 * copies bytes from the file to the socket. Field numbers are those of EventStoreDB's streams.proto and shared.proto.
 */

/** 2^63 - 1 as a number rounds to 2^63; only its identity matters here. */
export const TOMBSTONE_REVISION: Revision = 2 ** 63;
export const MAX_NAME_BYTES = 16_384;
export const MAX_CONTENT_TYPE_BYTES = 1_024;
/** Most that the header, prefix, tags, lengths, id, numbers and map keys of a record can take. */
const FIXED_BYTES_BOUND = RECORD_HEADER_BYTES + 320;

export interface EventFields {
  stream: Buffer;
  type: Buffer;
  contentType: Buffer;
  id: Buffer;
  revision: Revision;
  data: Buffer;
  customMetadata: Buffer;
}

export function recordBytesBound(stream: Buffer, type: Buffer, contentType: Buffer, data: Buffer, customMetadata: Buffer): number {
  return FIXED_BYTES_BOUND + stream.length + type.length + contentType.length + data.length + customMetadata.length;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

function putVarint(target: Buffer, at: number, value: number): number {
  let rest = value;
  let to = at;
  for (; rest >= 0x4000_0000; rest = Math.floor(rest / 128)) target[to++] = (rest % 128) | 128;
  for (; rest >= 128; rest >>>= 7) target[to++] = (rest & 127) | 128;
  target[to++] = rest;
  return to;
}

const TOMBSTONE_VARINT = Buffer.from('ffffffffffffffff7f', 'hex');

function putBytes(target: Buffer, at: number, tag: number, bytes: Buffer): number {
  target[at] = tag;
  const start = putVarint(target, at + 1, bytes.length);
  target.set(bytes, start);
  return start + bytes.length;
}

const HEX = Buffer.from('0123456789abcdef', 'latin1');
const ID_TEXT_BYTES = 36;

function putIdText(target: Buffer, at: number, id: Buffer): void {
  let to = at;
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) target[to++] = 0x2d;
    const byte = id[i] ?? 0;
    target[to++] = HEX[byte >>> 4] ?? 0;
    target[to++] = HEX[byte & 15] ?? 0;
  }
}

const TYPE_KEY = Buffer.from('type');
const CONTENT_TYPE_KEY = Buffer.from('content-type');
const CREATED_KEY = Buffer.from('created');

function mapEntryBytes(key: Buffer, value: number): number {
  return 1 + varintBytes(key.length) + key.length + 1 + varintBytes(value) + value;
}

function putMapEntry(target: Buffer, at: number, key: Buffer, value: Buffer): number {
  target[at] = 0x32; // metadata, field 6
  const start = putVarint(target, at + 1, mapEntryBytes(key, value.length));
  return putBytes(target, putBytes(target, start, 0x0a, key), 0x12, value);
}

function lengthDelimited(bytes: number): number {
  return 1 + varintBytes(bytes) + bytes;
}

let textMs = -1;
let createdText = Buffer.alloc(0);

/** 100 ns ticks since the unix epoch, as the decimal text of the wire; the same for all events of a millisecond. */
function createdTicksText(ms: number): Buffer {
  if (ms !== textMs) {
    textMs = ms;
    createdText = Buffer.from(`${ms}0000`, 'latin1');
  }
  return createdText;
}

function putTicks(target: Buffer, at: number, ms: number): void {
  // ms * 10,000 passes 2^53: multiply in two halves.
  const low = (ms % 0x1_0000_0000) * 10_000;
  const high = Math.floor(ms / 0x1_0000_0000) * 10_000 + Math.floor(low / 0x1_0000_0000);
  target.writeUInt32LE(low % 0x1_0000_0000, at);
  target.writeUInt32LE(high, at + 4);
}

/** Writes the record of an event at `position` into `target` at `at`; returns where it ends. The caller made room. */
export function writeRecord(target: Buffer, at: number, event: EventFields, createdMs: number, position: LogPosition): number {
  const created = createdTicksText(createdMs);
  const streamBytes = lengthDelimited(event.stream.length);
  const tombstone = event.revision === TOMBSTONE_REVISION;
  const revisionBytes = tombstone ? 10 : event.revision === 0 ? 0 : 1 + varintBytes(event.revision);
  const positionBytes = 1 + varintBytes(position);
  const eventBytes =
    4 + ID_TEXT_BYTES + lengthDelimited(streamBytes) + revisionBytes + 2 * positionBytes +
    lengthDelimited(mapEntryBytes(TYPE_KEY, event.type.length)) +
    lengthDelimited(mapEntryBytes(CONTENT_TYPE_KEY, event.contentType.length)) +
    lengthDelimited(mapEntryBytes(CREATED_KEY, created.length)) +
    (event.customMetadata.length === 0 ? 0 : lengthDelimited(event.customMetadata.length)) +
    (event.data.length === 0 ? 0 : lengthDelimited(event.data.length));
  const readEventBytes = lengthDelimited(eventBytes) + positionBytes;
  const messageBytes = lengthDelimited(readEventBytes);

  const frame = at + RECORD_HEADER_BYTES;
  target[frame] = 0; // not compressed
  target.writeUInt32BE(messageBytes, frame + 1);
  let to = frame + 5;
  target[to] = 0x0a; // ReadResp.event
  to = putVarint(target, to + 1, readEventBytes);
  target[to] = 0x0a; // ReadEvent.event
  to = putVarint(target, to + 1, eventBytes);
  target.set(ID_FIELD, to);
  putIdText(target, to + 4, event.id);
  to += 4 + ID_TEXT_BYTES;
  target[to] = 0x12; // stream_identifier
  to = putVarint(target, to + 1, streamBytes);
  to = putBytes(target, to, 0x1a, event.stream);
  const streamAt = to - event.stream.length - at;
  if (tombstone) {
    target[to] = 0x18;
    target.set(TOMBSTONE_VARINT, to + 1);
    to += 10;
  } else if (event.revision !== 0) {
    target[to] = 0x18; // stream_revision
    to = putVarint(target, to + 1, event.revision);
  }
  target[to] = 0x20; // prepare_position
  to = putVarint(target, to + 1, position);
  target[to] = 0x28; // commit_position
  to = putVarint(target, to + 1, position);
  to = putMapEntry(target, to, TYPE_KEY, event.type);
  const typeAt = to - event.type.length - at;
  to = putMapEntry(target, to, CONTENT_TYPE_KEY, event.contentType);
  to = putMapEntry(target, to, CREATED_KEY, created);
  if (event.customMetadata.length > 0) to = putBytes(target, to, 0x3a, event.customMetadata);
  const metadataAt = to - event.customMetadata.length - at;
  if (event.data.length > 0) to = putBytes(target, to, 0x42, event.data);
  const dataAt = to - event.data.length - at;
  target[to] = 0x18; // ReadEvent.commit_position
  to = putVarint(target, to + 1, position);

  target.writeUInt32LE(to - at, at + 4);
  if (tombstone) target.writeBigUInt64LE((1n << 63n) - 1n, at + 8);
  else putUint64(target, event.revision, at + 8);
  target.set(event.id, at + 16);
  putTicks(target, at + 32, createdMs);
  target.writeUInt16LE(streamAt, at + 40);
  target.writeUInt16LE(event.stream.length, at + 42);
  target.writeUInt16LE(typeAt, at + 44);
  target.writeUInt16LE(event.type.length, at + 46);
  target.writeUInt32LE(metadataAt, at + 48);
  target.writeUInt32LE(event.customMetadata.length, at + 52);
  target.writeUInt32LE(dataAt, at + 56);
  target.writeUInt32LE(event.data.length, at + 60);
  target.writeUInt32LE(crc32(target.subarray(at + 4, to)), at);
  return to;
}

/** Tags and lengths of RecordedEvent.id { UUID.string }. */
const ID_FIELD = Buffer.from([0x0a, 2 + ID_TEXT_BYTES, 0x12, ID_TEXT_BYTES]);
