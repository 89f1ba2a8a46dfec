import { destination, pino, type Logger } from 'pino';
import type { LogLevel } from './configuration.js';

const SECRETS = ['token', 'password', 'authorization', 'secret', 'url', 'name', 'dateOfBirth', 'contact'];

/** JSON lines on stderr (stdout is for the one line that says where a program serves). Secrets and personal fields are cut out. */
export function createLogger(part: string, level: LogLevel): Logger {
  const paths = SECRETS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]).filter((path) => path !== 'name');
  return pino({ level, base: { part, pid: process.pid }, redact: { paths, censor: '[redacted]' } }, destination({ fd: 2, sync: true }));
}

/** Bytes of access lines that are written together, and how long they gather, in milliseconds. */
const GATHERED_BYTES = 8_192;
const GATHER_MS = 200;

/**
 * The same lines for what is written at every request: of fixed fields that hold no secret and nobody's name, so that
 * nothing has to be cut out, and gathered for a moment. Looking for secrets and writing each by itself took a tenth of a
 * request. A process that is killed loses the lines of that moment.
 */
export function createAccessLogger(part: string, level: LogLevel): Logger {
  let exiting = false;
  const gathered = destination({ fd: 2, sync: true, minLength: GATHERED_BYTES, retryEAGAIN: () => !exiting });
  setInterval(() => gathered.flushSync(), GATHER_MS).unref();
  process.on('exit', () => {
    exiting = true;
    try {
      gathered.flushSync();
    } catch {
      // Whoever reads them does not any more, as where the supervisor was killed: no process stays for that.
    }
  });
  return pino({ level, base: { part, pid: process.pid } }, gathered);
}

export type { Logger };
