import { canonicalText } from '@ledger/kernel';
import { bytesTag, formatUuid, MalformedMessage, ProtoReader, ProtoWriter, readUuid, varintTag } from '@ledger/protobuf';
import type { AppendOutcome, EventToAppend, ExpectedRevision } from './port.js';

// The messages of event_store.client.streams.Streams/BatchAppend, written by hand: the client's generated classes take
// nearly half of the time of an append, for they go through base64 and write everything twice. A spec holds what is
// written here against those classes.

const JSON_CONTENT = 'application/json';
const STREAM_NAME = 3;

export interface AppendRequest {
  /** A UUID of this append alone; the answer repeats it. */
  readonly correlation: string;
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToAppend[];
  /** Seconds from its arrival within which the store has to begin. Not an instant: the store's clock may be another. */
  readonly withinSeconds: number;
}

/** A BatchAppendReq that is a whole append. Data and metadata become canonical JSON. */
export function appendMessage({ correlation, stream, expected, events, withinSeconds }: AppendRequest): Buffer {
  const message = new ProtoWriter();
  message.message(1, (id) => id.string(2, correlation));
  message.message(2, (options) => {
    options.message(1, (identifier) => identifier.string(STREAM_NAME, stream));
    if (expected === 'no_stream') options.empty(3);
    else options.uint64(2, expected);
    options.message(7, (duration) => duration.uint64(1, withinSeconds));
  });
  for (const event of events) {
    message.message(3, (proposed) => {
      proposed.message(1, (id) => id.string(2, event.id));
      proposed.message(2, (entry) => entry.string(1, 'type').string(2, event.type));
      proposed.message(2, (entry) => entry.string(1, 'content-type').string(2, JSON_CONTENT));
      proposed.string(3, canonicalText(event.metadata));
      proposed.string(4, event.dataText ?? canonicalText(event.data));
    });
  }
  return message.bool(4, true).take();
}

/** The answer to one append. Throws for what no waiting cures: a deleted stream, or bytes that are no answer. */
export interface AppendReply {
  readonly correlation: string;
  readonly outcome: () => AppendOutcome;
}

const CORRELATION = bytesTag(1);
const ERROR = bytesTag(2);
const SUCCESS = bytesTag(3);

/** Reads a BatchAppendResp. */
export function readAppendReply(bytes: Buffer): AppendReply {
  const reader = new ProtoReader(bytes);
  let correlation: string | undefined;
  let outcome: AppendReply['outcome'] | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === CORRELATION) correlation = formatUuid(readUuid(reader.message()));
    else if (tag === SUCCESS) outcome = success(reader.message());
    else if (tag === ERROR) outcome = failure(reader.message());
    else reader.skip(tag);
  }
  if (correlation === undefined || outcome === undefined) throw new MalformedMessage('an answer to no append');
  return { correlation, outcome };
}

function success(reader: ProtoReader): AppendReply['outcome'] {
  let lastRevision: bigint | undefined;
  let position: bigint | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === varintTag(1)) lastRevision = BigInt(reader.uint64());
    else if (tag === bytesTag(3)) position = commitOf(reader.message());
    else reader.skip(tag);
  }
  if (lastRevision === undefined || position === undefined) throw new MalformedMessage('the store does not tell where it wrote');
  const appended: AppendOutcome = { kind: 'appended', lastRevision, position };
  return () => appended;
}

function commitOf(reader: ProtoReader): bigint | undefined {
  let commit: bigint | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === varintTag(1)) commit = BigInt(reader.uint64());
    else reader.skip(tag);
  }
  return commit;
}

/** google.rpc.Status with one Any: event_store.client.<what it is>. */
function failure(reader: ProtoReader): AppendReply['outcome'] {
  let message = '';
  let type = '';
  let details: ProtoReader | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(2)) message = reader.string();
    else if (tag === bytesTag(3)) {
      const any = reader.message();
      while (any.hasMore) {
        const inner = any.tag();
        if (inner === bytesTag(1)) type = any.string().split('.').at(-1)!;
        else if (inner === bytesTag(2)) details = any.message();
        else any.skip(inner);
      }
    } else reader.skip(tag);
  }
  return () => refused(type, message, details);
}

function refused(type: string, message: string, details: ProtoReader | undefined): AppendOutcome {
  switch (type) {
    case 'WrongExpectedVersion':
      return { kind: 'conflict' };
    case 'MaximumAppendSizeExceeded':
      return { kind: 'append_too_large', limitBytes: details ? firstNumber(details) : 0 };
    case 'AccessDenied':
      return { kind: 'store_unavailable', reason: 'the store refuses these credentials' };
    case 'StreamDeleted':
      throw new Error('the store says that the stream was deleted');
    default:
      return { kind: 'outcome_unknown', reason: message === '' ? type : message };
  }
}

function firstNumber(reader: ProtoReader): number {
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === varintTag(1)) return reader.uint32();
    reader.skip(tag);
  }
  return 0;
}
