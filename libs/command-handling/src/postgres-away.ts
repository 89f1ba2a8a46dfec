import { isError } from '@ledger/postgres';
import type { DataSource } from 'typeorm';
import { PATIENCE } from './limits.js';

/** Thrown where Postgres does not answer: keys can be neither claimed nor looked up. */
export class PostgresAway extends Error {
  override readonly name = 'PostgresAway';
}

// A socket whose server takes nobody any more says EAGAIN where a port would stay silent.
const SOCKET_CODES = new Set(['EAGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
// 08: connection exceptions; 57P: operator intervention (shutdown, crash, starting up); 53: no resources; 25006: read only.
const SQL_STATES = /^(08...|57P..|53...|25006)$/;
const DRIVER_SENTENCES = /connection terminated|connection ended|client has encountered a connection error|timeout exceeded|timeout expired|not established|driver not connected/i;

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let at: unknown = error; typeof at === 'object' && at !== null && causes.length < 5; ) {
    causes.push(at);
    at = 'driverError' in at ? at.driverError : 'cause' in at ? at.cause : undefined;
  }
  return causes;
}

function tellsOfAbsence(error: unknown): boolean {
  if (!isError(error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SOCKET_CODES.has(code) || SQL_STATES.test(code) || DRIVER_SENTENCES.test(error.message);
}

/** Postgres is there and says nothing: asking again at once would only wait once more. */
export class PostgresSilent extends PostgresAway {}

/** Runs a statement; a connection that is missing or lost becomes PostgresAway, every other error stays what it is: a bug. */
export async function onPostgres<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (causesOf(error).some(tellsOfAbsence)) throw new PostgresAway('Postgres does not answer', { cause: error });
    throw error;
  }
}

/**
 * Likewise, and throws PostgresSilent where nothing comes in time. The statement itself may still be carried out: only
 * for what may be repeated.
 */
export async function soonOnPostgres<Result>(silenceMs: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PostgresSilent(`Postgres said nothing for ${silenceMs} ms`)), silenceMs);
  });
  try {
    return await onPostgres(() => Promise.race([work(), silence]));
  } finally {
    clearTimeout(timer);
  }
}

/** How long its statements may take, as it was opened with. In milliseconds. */
export function silenceAllowed(database: DataSource): number {
  const { extra } = database.options as { readonly extra?: { readonly silenceMs?: number } };
  return extra?.silenceMs ?? PATIENCE.postgresSilenceMs;
}
