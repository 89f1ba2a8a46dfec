import pino from 'pino';
import { parseCommandLine } from './command-line.js';
import { startEventStoreServer } from './server/event-store-server.js';
import { ServerStartError, type EventStoreServer } from './server/options.js';
import { EventLogError } from './storage/index.js';

const EXIT_NOT_STARTED = 1;
const EXIT_LOG_FAILED = 2;
/** A stop that takes longer than this is cut short; what was acknowledged is durable in any case. */
const STOP_WITHIN_MS = 2_000;

async function main(): Promise<void> {
  const options = parseCommandLine(process.argv.slice(2));
  const logger = pino({ level: process.env['LOG_LEVEL'] ?? 'info' }, pino.destination({ dest: 2, sync: true }));
  const onFailed = (message: string): void => {
    process.stderr.write(`eventstore: the log failed and the server stops: ${message}\n`);
    process.exit(EXIT_LOG_FAILED);
  };
  const server = await startEventStoreServer({ ...options, logger, onFailed });
  const { host, port } = server;
  process.stdout.write(`${JSON.stringify({ port, host, pid: process.pid, dir: options.dir, tls: options.tls !== undefined })}\n`);
  logger.info({ host, port, dir: options.dir }, 'serving');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(server, logger, signal));
}

function stop(server: EventStoreServer, logger: pino.Logger, signal: string): void {
  logger.info({ signal }, 'stopping');
  const cutShort = setTimeout(() => {
    logger.warn('the stop took too long and was cut short');
    process.exit(0);
  }, STOP_WITHIN_MS);
  cutShort.unref();
  server.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, 'the stop failed');
      process.exit(EXIT_LOG_FAILED);
    },
  );
}

main().catch((error: unknown) => {
  const expected = error instanceof ServerStartError || error instanceof EventLogError;
  process.stderr.write(expected ? `eventstore: ${error.message}\n` : `eventstore: ${String((error as Error).stack ?? error)}\n`);
  process.exit(EXIT_NOT_STARTED);
});
