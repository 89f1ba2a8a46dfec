import { destination, pino, type Logger } from 'pino';
import type { LogLevel } from './configuration.js';

const SECRETS = ['token', 'password', 'authorization', 'secret', 'url', 'name', 'dateOfBirth', 'contact'];

/** JSON lines on stderr (stdout is for the one line that says where a program serves). Secrets and personal fields are cut out. */
export function createLogger(part: string, level: LogLevel): Logger {
  const paths = SECRETS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]).filter((path) => path !== 'name');
  return pino({ level, base: { part, pid: process.pid }, redact: { paths, censor: '[redacted]' } }, destination({ fd: 2, sync: true }));
}

export type { Logger };
