import { isError } from '@ledger/postgres';

/**
 * Tells what passes by itself (Postgres restarting, a lost connection, a full disk, a deadlock) from what stays: an
 * event that a projection cannot take. What passes is tried again for ever; what stays stops the projection.
 */
export function isPassingFailure(error: unknown): boolean {
  return someCauseOf(error, saysItPasses);
}

/** A lock did not come within the time that the transaction was willing to wait. */
export function isLockTimeout(error: unknown): boolean {
  return someCauseOf(error, (cause) => 'code' in cause && cause.code === '55P03');
}

function someCauseOf(error: unknown, holds: (cause: Error) => boolean): boolean {
  for (let cause = error, depth = 0; isError(cause) && depth < 8; depth += 1) {
    if (holds(cause)) return true;
    const next: unknown = cause.cause ?? ('driverError' in cause ? cause.driverError : undefined);
    if (next === cause) return false;
    cause = next;
  }
  return false;
}

// 25006: a server that was demoted, and writes nothing until it is its turn again.
const PASSING_SQLSTATE = /^(08|25006|25P0[23]|40|53|55P03|57|58)/;
// A socket whose server takes nobody any more says EAGAIN where a port would stay silent.
const PASSING_SOCKET = /^(EAGAIN|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)/;
const PASSING_NAMES = new Set(['QueryRunnerAlreadyReleasedError', 'StoreUnavailable', 'CannotExecuteNotConnectedError']);
const PASSING_WORDS = /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|^timeout expired$|Driver not Connected|after calling end on the pool/i;

function saysItPasses(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return PASSING_SQLSTATE.test(code) || PASSING_SOCKET.test(code) || PASSING_NAMES.has(error.name) || PASSING_WORDS.test(error.message);
}
