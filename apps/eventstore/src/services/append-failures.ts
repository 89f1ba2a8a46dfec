import type { AppendOutcome, RefusalCode } from '../storage/index.js';
import { GrpcStatus, type GrpcFailure } from '../transport/grpc-status.js';
import { writeExpectation, type AppendTarget } from '../wire/append-target.js';
import type { BatchFault } from '../wire/batch-append-codec.js';

export type RefusedOutcome = Extract<AppendOutcome, { kind: 'refused' }>;

/** Why an append does not reach the log, or was refused by it. */
export type AppendFault =
  | { kind: 'wrong_expected_version'; target: AppendTarget; current: number | 'no_stream' }
  | { kind: 'stream_deleted'; stream: string }
  | { kind: 'access_denied' }
  | { kind: 'timed_out'; stage: string }
  | { kind: 'append_exceeds_maximum_size'; maxAppendBytes: number }
  | { kind: 'event_lacks_property'; property: string }
  | { kind: 'bad_request'; message: string }
  | { kind: 'server_cannot_take_it'; message: string };

/** Refusals after which no append of this process can be trusted to have an answer: the call has to break. */
export function breaksTheCall(code: RefusalCode): boolean {
  return code === 'log_failed' || code === 'log_closed';
}

export function refusalFault(refusal: RefusedOutcome): AppendFault {
  const isCallersDoing = refusal.code === 'append_too_large' || refusal.code === 'name_too_long';
  return { kind: isCallersDoing ? 'bad_request' : 'server_cannot_take_it', message: refusal.message };
}

const DETAILS_EXPECTATION = { revision: 3, any: 4, streamExists: 5, noStream: 6 };

/**
 * The fault as BatchAppend answers it. What the server cannot take has no message of its own in the protocol:
 * it goes out as BadRequest with a code that says more, because BadRequest is what lets the reason reach the
 * client's user (Unknown would drop it).
 */
export function batchFault(fault: AppendFault): BatchFault {
  switch (fault.kind) {
    case 'wrong_expected_version':
      return {
        code: GrpcStatus.ALREADY_EXISTS,
        message: wrongVersionText(fault.target, fault.current),
        type: 'WrongExpectedVersion',
        writeDetails: (writer) => {
          if (fault.current === 'no_stream') writer.empty(2);
          else writer.uint64(1, fault.current);
          writeExpectation(writer, fault.target, DETAILS_EXPECTATION);
        },
      };
    case 'stream_deleted':
      return {
        code: GrpcStatus.NOT_FOUND,
        message: `stream ${fault.stream} is deleted`,
        type: 'StreamDeleted',
        writeDetails: (writer) => writer.message(1, (identifier) => identifier.string(3, fault.stream)),
      };
    case 'access_denied':
      return { code: GrpcStatus.PERMISSION_DENIED, message: 'access denied', type: 'AccessDenied', writeDetails: nothing };
    case 'timed_out':
      return { code: GrpcStatus.DEADLINE_EXCEEDED, message: fault.stage, type: 'Timeout', writeDetails: nothing };
    case 'append_exceeds_maximum_size':
      return {
        code: GrpcStatus.INVALID_ARGUMENT,
        message: tooLargeText(fault.maxAppendBytes),
        type: 'MaximumAppendSizeExceeded',
        writeDetails: (writer) => writer.uint64(1, fault.maxAppendBytes),
      };
    default: {
      const { code, message } = unaryFailure(fault);
      return { code, message, type: 'BadRequest', writeDetails: (writer) => writer.string(1, message) };
    }
  }
}

/** The fault as status and trailers, for Append, Delete and Tombstone. */
export function unaryFailure(fault: AppendFault): GrpcFailure {
  switch (fault.kind) {
    case 'wrong_expected_version':
      return {
        code: GrpcStatus.FAILED_PRECONDITION,
        message: wrongVersionText(fault.target, fault.current),
        trailers: {
          exception: 'wrong-expected-version',
          'stream-name': fault.target.stream,
          'expected-version': expectedNumber(fault.target),
          'actual-version': fault.current === 'no_stream' ? '-1' : String(fault.current),
        },
      };
    case 'stream_deleted':
      return streamDeletedFailure(fault.stream);
    case 'access_denied':
      return accessDeniedFailure();
    case 'timed_out':
      return { code: GrpcStatus.ABORTED, message: fault.stage, trailers: { exception: 'timeout' } };
    case 'append_exceeds_maximum_size':
      return {
        code: GrpcStatus.INVALID_ARGUMENT,
        message: tooLargeText(fault.maxAppendBytes),
        trailers: { exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(fault.maxAppendBytes) },
      };
    case 'event_lacks_property':
      return {
        code: GrpcStatus.INVALID_ARGUMENT,
        message: `an event lacks the required metadata property ${fault.property}`,
        trailers: { exception: 'missing-required-metadata-property', 'required-metadata-properties': 'type,content-type' },
      };
    case 'bad_request':
      return { code: GrpcStatus.INVALID_ARGUMENT, message: fault.message };
    case 'server_cannot_take_it':
      return { code: GrpcStatus.RESOURCE_EXHAUSTED, message: fault.message };
  }
}

export function streamDeletedFailure(stream: string): GrpcFailure {
  return {
    code: GrpcStatus.FAILED_PRECONDITION,
    message: `stream ${stream} is deleted`,
    trailers: { exception: 'stream-deleted', 'stream-name': stream },
  };
}

export function accessDeniedFailure(): GrpcFailure {
  return { code: GrpcStatus.PERMISSION_DENIED, message: 'access denied', trailers: { exception: 'access-denied' } };
}

function tooLargeText(maxAppendBytes: number): string {
  return `the append exceeds the maximum of ${maxAppendBytes} data bytes`;
}

function wrongVersionText(target: AppendTarget, current: number | 'no_stream'): string {
  const expected = typeof target.expected === 'number' ? target.sentRevision : target.expected;
  return `wrong expected version of ${target.stream}: expected ${expected}, it is ${current}`;
}

function expectedNumber(target: AppendTarget): string {
  switch (target.expected) {
    case 'no_stream':
      return '-1';
    case 'any':
      return '-2';
    case 'stream_exists':
      return '-4';
    default:
      return String(target.sentRevision);
  }
}

function nothing(): void {
  // AccessDenied and Timeout have no fields.
}
