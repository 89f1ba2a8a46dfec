import type { Principal } from '../access/access-control.js';
import type { AppendOutcome } from '../storage/index.js';
import type { GrpcCall } from '../transport/grpc-call.js';
import { GrpcStatus } from '../transport/grpc-status.js';
import { deletedFrame, readDeleteRequest } from '../wire/append-codec.js';
import type { AppendTarget } from '../wire/append-target.js';
import { MalformedMessage } from '@ledger/protobuf';
import { accessDeniedFailure, breaksTheCall, refusalFault, unaryFailure } from './append-failures.js';
import type { ServiceContext } from './service-context.js';

/** Delete hides a stream until it is written again; Tombstone closes it for ever. */
export function handleDelete(context: ServiceContext, call: GrpcCall, principal: Principal, kind: 'softDelete' | 'tombstone'): void {
  call.receiveOne((message) => {
    let target: AppendTarget;
    try {
      target = readDeleteRequest(message);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      call.fail({ code: GrpcStatus.INVALID_ARGUMENT, message: error.message });
      return;
    }
    if (!context.access.may(principal, 'delete', target.stream)) {
      call.fail(accessDeniedFailure());
      return;
    }
    context.log[kind](target.stream, target.expected).then(
      (outcome) => answer(call, target, outcome),
      (bug: unknown) => {
        context.logger.error({ err: bug, stream: target.stream }, 'a delete failed unexpectedly');
        call.fail({ code: GrpcStatus.INTERNAL, message: 'the delete failed unexpectedly; see the log of the server' });
      },
    );
  });
}

function answer(call: GrpcCall, target: AppendTarget, outcome: AppendOutcome): void {
  switch (outcome.kind) {
    case 'appended':
      call.write(deletedFrame(outcome.position));
      call.finish();
      return;
    case 'wrong_expected_version':
      call.fail(unaryFailure({ kind: 'wrong_expected_version', target, current: outcome.current }));
      return;
    case 'stream_deleted':
      call.fail(unaryFailure({ kind: 'stream_deleted', stream: target.stream }));
      return;
    case 'refused':
      if (breaksTheCall(outcome.code)) call.cancel();
      else call.fail(unaryFailure(refusalFault(outcome)));
  }
}
