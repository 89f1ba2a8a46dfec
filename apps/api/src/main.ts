import 'reflect-metadata';
import { createLogger, demandConfiguration } from '@ledger/configuration';
import { startApi } from './api-server.js';
import { openParts } from './open-parts.js';

const EXIT_FAILED = 1;
const EXIT_MISCONFIGURED = 2;

/** Serves until it is asked to stop; answers the exit code. */
async function main(): Promise<number> {
  const configuration = demandConfiguration(process.env, process.cwd());
  if (configuration.postgresUrl === undefined || configuration.eventStoreUrl === undefined) {
    process.stderr.write('api: SOQUY_PG_URL and SOQUY_EVENTSTORE_URL say which Postgres and event store to use; `npm start` sets both.\n');
    return EXIT_MISCONFIGURED;
  }
  const logger = createLogger('api', configuration.logLevel);
  const asked = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => asked.abort());
  const parts = await openParts(configuration, logger, asked.signal);
  if (!parts) return 0;
  const server = await startApi(parts, { host: configuration.host, port: configuration.port, allowedHosts: configuration.allowedHosts });
  process.stdout.write(`${JSON.stringify({ url: server.url, pid: process.pid })}\n`);
  if (!asked.signal.aborted) await new Promise((resolve) => asked.signal.addEventListener('abort', resolve));
  logger.info('stopping');
  await server.stop();
  await parts.close();
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`api: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(EXIT_FAILED);
  },
);
