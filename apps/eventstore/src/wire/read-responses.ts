import { grpcFrame } from '@ledger/protobuf';

/** ReadResp frames other than events: those lie ready in the log. */
export function confirmationFrame(subscriptionId: string): Buffer {
  return grpcFrame((response) => response.message(2, (confirmation) => confirmation.string(1, subscriptionId)));
}

export function checkpointFrame(position: number): Buffer {
  return grpcFrame((response) => response.message(3, (at) => at.uint64(1, position).uint64(2, position)));
}

export function streamNotFoundFrame(stream: string): Buffer {
  return grpcFrame((response) => response.message(4, (notFound) => notFound.message(1, (identifier) => identifier.string(3, stream))));
}

/** CaughtUp carries nothing in the protocol of 24.x: its presence is the message. */
export const CAUGHT_UP_FRAME = grpcFrame((response) => response.empty(8));

export function firstStreamPositionFrame(revision: number): Buffer {
  return grpcFrame((response) => response.uint64(5, revision));
}

export function lastStreamPositionFrame(revision: number): Buffer {
  return grpcFrame((response) => response.uint64(6, revision));
}

export function lastAllPositionFrame(position: number): Buffer {
  return grpcFrame((response) => response.message(7, (at) => at.uint64(1, position).uint64(2, position)));
}
