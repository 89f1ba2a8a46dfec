import { isCommandError } from '@eventstore/db-client';
import type { AppendOutcome } from './port.js';

// grpc-js says this of a call that never got a connection; of one that had it, it names what became of the connection.
const NEVER_CONNECTED = /No connection established|Name resolution failed/;

// grpc's statuses of a caller without the right to append.
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/**
 * What it means that the call which carried an append failed. Only what says for sure that nothing reached the store is
 * `store_unavailable`. Throws an error that is not the connection's.
 */
export function outcomeOfFailure(error: unknown): AppendOutcome {
  if (!isConnectionError(error)) throw error as Error;
  const code = (error as { readonly code?: unknown }).code;
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) return { kind: 'store_unavailable', reason: 'the store refuses these credentials' };
  const reason = reasonOf(error);
  return { kind: NEVER_CONNECTED.test(reason) ? 'store_unavailable' : 'outcome_unknown', reason };
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
