import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LARGEST_MAX_APPEND_BYTES } from './limits.js';
import { ServerStartError, type EventStoreServerOptions } from './server/options.js';

const USAGE =
  'usage: eventstore --dir <folder> [--port <port>] [--host <address>] [--max-append-size <bytes>] [--tls-cert <file> --tls-key <file> --admin-password <password>]';

/** Reads the arguments of the process; throws ServerStartError with one sentence about what is wrong. */
export function parseCommandLine(args: readonly string[]): EventStoreServerOptions {
  const values = parseValues(args);
  if (values.dir === undefined || values.dir === '') throw new ServerStartError(`--dir is missing; ${USAGE}`);
  const options: EventStoreServerOptions = { dir: values.dir, port: wholeNumber('--port', values.port ?? '2113', 0, 65_535) };
  if (values.host !== undefined) options.host = values.host;
  if (values['max-append-size'] !== undefined) {
    options.limits = { maxAppendBytes: wholeNumber('--max-append-size', values['max-append-size'], 1, LARGEST_MAX_APPEND_BYTES) };
  }
  const cert = values['tls-cert'];
  const key = values['tls-key'];
  if ((cert === undefined) !== (key === undefined)) throw new ServerStartError('--tls-cert and --tls-key go together');
  if (cert !== undefined && key !== undefined) {
    if (!values['admin-password']) throw new ServerStartError('--tls-cert needs --admin-password');
    options.tls = { cert: readPem('--tls-cert', cert), key: readPem('--tls-key', key) };
    options.adminPassword = values['admin-password'];
  }
  // A password without TLS is of no use and does no harm: clients send none over plain connections.
  return options;
}

const TEXT = { type: 'string' } as const;

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { dir: TEXT, port: TEXT, host: TEXT, 'tls-cert': TEXT, 'tls-key': TEXT, 'admin-password': TEXT, 'max-append-size': TEXT },
    }).values;
  } catch (error) {
    throw new ServerStartError(`${(error as Error).message.split(/\.\s/)[0]}; ${USAGE}`);
  }
}

function wholeNumber(name: string, text: string, smallest: number, largest: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= smallest && value <= largest) return value;
  throw new ServerStartError(`${name} must be a whole number from ${smallest} to ${largest}, not "${text}"`);
}

function readPem(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ServerStartError(`${name}: cannot read ${file}: ${(error as Error).message}`);
  }
}
