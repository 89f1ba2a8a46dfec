import type { ExpectedRevision } from '../storage/event-log.js';
import { NameCache } from './name-cache.js';
import { bytesTag, MalformedMessage, type ProtoReader, type ProtoWriter, varintTag } from '@ledger/protobuf';

/** What an append, a delete or a tombstone is aimed at. */
export interface AppendTarget {
  stream: string;
  expected: ExpectedRevision;
  /** The revision as it was sent, to echo: it may exceed 2^53, which `expected` never does. */
  sentRevision: number | bigint;
}

const STREAM = bytesTag(1);
const REVISION = varintTag(2);
const NO_STREAM = bytesTag(3);
const ANY = bytesTag(4);
const STREAM_EXISTS = bytesTag(5);
const NAME = bytesTag(3);

const streams = new NameCache();

/** StreamIdentifier → its name. Names are bytes on the wire and must be UTF-8. */
export function readStreamName(reader: ProtoReader): string {
  let name = '';
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === NAME) name = streams.read(reader);
    else reader.skip(tag);
  }
  if (name === '') throw new MalformedMessage('no stream name');
  return name;
}

/**
 * Reads one field of an options message into the target; answers whether the field was one of its own.
 * Append, BatchAppend, Delete and Tombstone number these five fields alike.
 */
export function readTargetField(reader: ProtoReader, tag: number, target: AppendTarget): boolean {
  if (tag === STREAM) {
    const outer = reader.enter();
    target.stream = readStreamName(reader);
    reader.leave(outer);
    return true;
  }
  if (tag === REVISION) {
    const sent = reader.uint64();
    target.sentRevision = sent;
    target.expected = typeof sent === 'number' ? sent : Number.MAX_SAFE_INTEGER;
    return true;
  }
  if (tag === NO_STREAM) target.expected = 'no_stream';
  else if (tag === ANY) target.expected = 'any';
  else if (tag === STREAM_EXISTS) target.expected = 'stream_exists';
  else return false;
  reader.skip(tag);
  return true;
}

export function emptyTarget(): AppendTarget {
  return { stream: '', expected: 'any', sentRevision: 0 };
}

/** Writes the expectation as sent, under the field numbers of the answering message. */
export function writeExpectation(
  writer: ProtoWriter,
  target: AppendTarget,
  fields: { revision: number; any: number; streamExists: number; noStream: number },
): void {
  switch (target.expected) {
    case 'any':
      writer.empty(fields.any);
      return;
    case 'no_stream':
      writer.empty(fields.noStream);
      return;
    case 'stream_exists':
      writer.empty(fields.streamExists);
      return;
    default:
      writer.uint64(fields.revision, target.sentRevision);
  }
}
