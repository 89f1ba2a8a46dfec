import type { GrpcCall } from '../transport/grpc-call.js';

/** Resolves when the client has taken what was written, or when the call is over. */
export function waitForDrain(call: GrpcCall): Promise<void> {
  return new Promise((resolve) => call.onDrain(resolve));
}
