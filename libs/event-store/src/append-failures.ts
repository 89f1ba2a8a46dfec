import { ErrorType, isCommandError } from '@eventstore/db-client';
import type { AppendOutcome } from './port.js';

// grpc-js says this of a call that never got a connection; of one that had it, it names what became of the connection.
const NEVER_CONNECTED = /No connection established|Name resolution failed/;

/**
 * What a failed append means. Only what says for sure that nothing reached the store is `store_unavailable`; `isOurs`
 * tells that the error is of this append's own connection. Throws for what no waiting cures: a deleted stream, or an
 * error that is not the store's.
 */
export function outcomeOfFailure(error: unknown, isOurs: boolean): AppendOutcome {
  if (isCommandError(error as Error)) {
    const failure = error as { type: ErrorType; maxAppendSize?: number; message: string };
    switch (failure.type) {
      case ErrorType.WRONG_EXPECTED_VERSION:
        return { kind: 'conflict' };
      case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
        return { kind: 'append_too_large', limitBytes: failure.maxAppendSize ?? 0 };
      case ErrorType.ACCESS_DENIED:
        return { kind: 'store_unavailable', reason: 'the store refuses these credentials' };
      case ErrorType.STREAM_DELETED:
        throw error as Error;
      default:
        return unanswered(error, isOurs);
    }
  }
  if (isConnectionError(error)) return unanswered(error, isOurs);
  throw error as Error;
}

function unanswered(error: unknown, isOurs: boolean): AppendOutcome {
  const reason = reasonOf(error);
  return { kind: isOurs && NEVER_CONNECTED.test(reason) ? 'store_unavailable' : 'outcome_unknown', reason };
}

/** An error of the transport, raw or wrapped by the client, as opposed to a bug. */
export function isConnectionError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return isCommandError(error as Error) || 'code' in error || reasonOf(error).startsWith('Failed to discover');
}

/** The error in words; the client leaves some of its errors without any. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  if (error.message !== '') return String(error.message);
  return 'type' in error ? String(error.type) : 'the connection failed';
}
