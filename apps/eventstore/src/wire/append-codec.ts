import type { ProposedEvent } from '../storage/event-log.js';
import { emptyTarget, readTargetField, writeExpectation, type AppendTarget } from './append-target.js';
import { readProposedEvent } from './proposed-event.js';
import { bytesTag, grpcFrame, MalformedMessage, ProtoReader } from '@ledger/protobuf';

/** One message of the client-streaming Append: the options first, then one event each. */
export type AppendMessage = { kind: 'options'; target: AppendTarget } | { kind: 'event'; event: ProposedEvent };

const OPTIONS = bytesTag(1);
const MESSAGE = bytesTag(2);

/** Decodes AppendReq; throws MalformedMessage or MissingProperty. */
export function readAppendMessage(bytes: Buffer): AppendMessage {
  const reader = new ProtoReader(bytes);
  let message: AppendMessage | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === OPTIONS) message = { kind: 'options', target: readTarget(reader.message()) };
    else if (tag === MESSAGE) message = { kind: 'event', event: readProposedEvent(reader.message()) };
    else reader.skip(tag);
  }
  if (message === undefined) throw new MalformedMessage('an append message with neither options nor an event');
  return message;
}

/** Decodes DeleteReq and TombstoneReq, which have the same shape. */
export function readDeleteRequest(bytes: Buffer): AppendTarget {
  const reader = new ProtoReader(bytes);
  let target: AppendTarget | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === OPTIONS) target = readTarget(reader.message());
    else reader.skip(tag);
  }
  if (target === undefined) throw new MalformedMessage('a delete without options');
  return target;
}

function readTarget(reader: ProtoReader): AppendTarget {
  const target = emptyTarget();
  while (reader.hasMore) {
    const tag = reader.tag();
    if (!readTargetField(reader, tag, target)) reader.skip(tag);
  }
  if (target.stream === '') throw new MalformedMessage('no stream name');
  return target;
}

/** AppendResp.Success. */
export function appendSuccessFrame(lastRevision: number, position: number): Buffer {
  return grpcFrame((response) =>
    response.message(1, (success) => {
      if (lastRevision >= 0) success.uint64(1, lastRevision);
      else success.empty(2);
      success.message(3, (at) => at.uint64(1, position).uint64(2, position));
    }),
  );
}

const EXPECTED = { revision: 8, any: 9, streamExists: 10, noStream: 11 };

/** AppendResp.WrongExpectedVersion, which the unary append answers with status OK. */
export function appendConflictFrame(target: AppendTarget, current: number | 'no_stream'): Buffer {
  return grpcFrame((response) =>
    response.message(2, (conflict) => {
      if (current === 'no_stream') conflict.empty(7);
      else conflict.uint64(6, current);
      writeExpectation(conflict, target, EXPECTED);
    }),
  );
}

/** DeleteResp and TombstoneResp. */
export function deletedFrame(position: number): Buffer {
  return grpcFrame((response) => response.message(1, (at) => at.uint64(1, position).uint64(2, position)));
}
