import type { ProposedEvent } from '../storage/event-log.js';
import { emptyTarget, readTargetField, writeExpectation, type AppendTarget } from './append-target.js';
import { MissingProperty, readProposedEvent } from './proposed-event.js';
import { bytesTag, MalformedMessage, ProtoReader, type ProtoWriter, varintTag } from '@ledger/protobuf';

export interface BatchAppendOptions extends AppendTarget {
  /** Milliseconds since the epoch after which the caller no longer wants it; Infinity where none was sent. */
  deadline: number;
}

/** One BatchAppendReq: a whole append, or one piece of it. */
export interface BatchAppendRequest {
  /** The bytes of the correlation UUID message, echoed as they came. */
  correlation: Buffer;
  options: BatchAppendOptions | undefined;
  events: ProposedEvent[];
  dataBytes: number;
  isFinal: boolean;
  /** What is wrong with an event: the append is answered BadRequest, the call goes on. */
  fault: string | undefined;
}

const CORRELATION = bytesTag(1);
const OPTIONS = bytesTag(2);
const MESSAGE = bytesTag(3);
const FINAL = varintTag(4);
const DEADLINE_TIMESTAMP = bytesTag(6);
const DEADLINE_DURATION = bytesTag(7);
const SECONDS = varintTag(1);
const NANOS = varintTag(2);

/**
 * Decodes one request; events after a faulty one or beyond `maxEvents` are skipped, as they will not be stored.
 * Throws MalformedMessage only where no correlation can be answered;
 * other faults are in `fault`, because a batch append must get exactly one answer.
 */
export function readBatchAppend(bytes: Buffer, now: number, maxEvents: number): BatchAppendRequest {
  const reader = new ProtoReader(bytes);
  const request: BatchAppendRequest = {
    correlation: bytes,
    options: undefined,
    events: [],
    dataBytes: 0,
    isFinal: false,
    fault: undefined,
  };
  let correlated = false;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === MESSAGE) {
      if (request.fault === undefined && request.events.length <= maxEvents) readMessage(reader, request);
      else reader.skip(tag);
    } else if (tag === CORRELATION) {
      request.correlation = reader.slice();
      correlated = true;
    } else if (tag === OPTIONS) {
      const outer = reader.enter();
      readOptions(reader, request, now);
      reader.leave(outer);
    } else if (tag === FINAL) request.isFinal = reader.bool();
    else reader.skip(tag);
  }
  if (!correlated) throw new MalformedMessage('a batch append without a correlation id');
  return request;
}

function readMessage(reader: ProtoReader, request: BatchAppendRequest): void {
  const outer = reader.enter();
  try {
    const event = readProposedEvent(reader);
    request.events.push(event);
    request.dataBytes += event.data.length;
  } catch (error) {
    if (!(error instanceof MalformedMessage || error instanceof MissingProperty)) throw error;
    request.fault ??= error.message;
  }
  reader.leave(outer);
}

function readOptions(reader: ProtoReader, request: BatchAppendRequest, now: number): void {
  const options: BatchAppendOptions = { ...emptyTarget(), deadline: Infinity };
  request.options = options;
  try {
    while (reader.hasMore) {
      const tag = reader.tag();
      if (readTargetField(reader, tag, options)) continue;
      if (tag === DEADLINE_TIMESTAMP) options.deadline = readMillis(reader);
      else if (tag === DEADLINE_DURATION) options.deadline = now + readMillis(reader);
      else reader.skip(tag);
    }
    if (options.stream === '') request.fault ??= 'no stream name';
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    request.fault ??= error.message;
  }
}

/** google.protobuf.Timestamp and Duration alike: seconds and nanoseconds → milliseconds. */
function readMillis(reader: ProtoReader): number {
  const outer = reader.enter();
  let seconds = 0;
  let nanos = 0;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === SECONDS) seconds = Number(BigInt.asIntN(64, BigInt(reader.uint64())));
    else if (tag === NANOS) nanos = reader.uint32() | 0;
    else reader.skip(tag);
  }
  reader.leave(outer);
  return seconds * 1000 + nanos / 1_000_000;
}

const ECHO = { revision: 5, noStream: 6, any: 7, streamExists: 8 };
const STREAM_NAME_FIELD = 3;

/** A BatchAppendResp frame for an append that was made durable (or had been, idempotently). */
export function writeBatchSuccess(
  writer: ProtoWriter,
  correlation: Buffer,
  target: AppendTarget,
  lastRevision: number,
  position: number,
): void {
  writer.frame((response) => {
    response.bytes(1, correlation);
    response.message(3, (success) => {
      if (lastRevision >= 0) success.uint64(1, lastRevision);
      else success.empty(2);
      success.message(3, (at) => at.uint64(1, position).uint64(2, position));
    });
    writeEcho(response, target);
  });
}

/** What went wrong, as google.rpc.Status with one Any of event_store.client.<type> inside. */
export interface BatchFault {
  code: number;
  message: string;
  type:
    | 'WrongExpectedVersion'
    | 'StreamDeleted'
    | 'AccessDenied'
    | 'Timeout'
    | 'Unknown'
    | 'MaximumAppendSizeExceeded'
    | 'BadRequest';
  writeDetails(writer: ProtoWriter): void;
}

/** A BatchAppendResp frame for an append that was refused. The client needs details and stream_identifier. */
export function writeBatchFault(writer: ProtoWriter, correlation: Buffer, target: AppendTarget, fault: BatchFault): void {
  writer.frame((response) => {
    response.bytes(1, correlation);
    response.message(2, (status) => {
      status.uint64(1, fault.code).string(2, fault.message);
      status.message(3, (any) => {
        any.string(1, `type.googleapis.com/event_store.client.${fault.type}`);
        any.message(2, (details) => fault.writeDetails(details));
      });
    });
    writeEcho(response, target);
  });
}

function writeEcho(response: ProtoWriter, target: AppendTarget): void {
  response.message(4, (identifier) => identifier.string(STREAM_NAME_FIELD, target.stream));
  writeExpectation(response, target, ECHO);
}
