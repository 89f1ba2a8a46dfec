import 'reflect-metadata';
import { createLogger, readConfiguration } from '@ledger/configuration';
import { runProjector } from './run-projector.js';

const EXIT_FAILED = 1;
const EXIT_MISCONFIGURED = 2;

async function main(): Promise<number> {
  const read = readConfiguration(process.env, process.cwd());
  if ('errors' in read) return misconfigured(read.errors);
  const { postgresUrl, eventStoreUrl, masterKeyFile, hashSecretFile, logLevel } = read.configuration;
  if (postgresUrl === undefined || eventStoreUrl === undefined)
    return misconfigured(['SOQUY_PG_URL and SOQUY_EVENTSTORE_URL say which Postgres and event store to use; `npm start` sets both.']);
  const logger = createLogger('projector', logLevel);
  const asked = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => asked.abort());
  const running = await runProjector({ postgresUrl, eventStoreUrl, masterKeyFile, hashSecretFile }, (level, message, details) => logger[level](details, message), asked.signal);
  if (!running) return 0;
  process.stdout.write(`${JSON.stringify({ pid: process.pid, projections: running.projections })}\n`);
  if (!asked.signal.aborted) await new Promise((resolve) => asked.signal.addEventListener('abort', resolve));
  logger.info('stopping');
  await running.stop();
  return 0;
}

function misconfigured(errors: readonly string[]): number {
  for (const error of errors) process.stderr.write(`projector: ${error}\n`);
  return EXIT_MISCONFIGURED;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`projector: ${String((error as Error).stack ?? error)}\n`);
    process.exit(EXIT_FAILED);
  },
);
