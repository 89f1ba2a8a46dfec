/** Thrown where Postgres does not answer: keys can be neither claimed nor looked up. */
export class PostgresAway extends Error {
  override readonly name = 'PostgresAway';
}

const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
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
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SOCKET_CODES.has(code) || SQL_STATES.test(code) || DRIVER_SENTENCES.test(error.message);
}

/** Runs a statement; a connection that is missing or lost becomes PostgresAway, every other error stays what it is: a bug. */
export async function onPostgres<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (causesOf(error).some(tellsOfAbsence)) throw new PostgresAway('Postgres does not answer', { cause: error });
    throw error;
  }
}
