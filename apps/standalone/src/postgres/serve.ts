import { join } from 'node:path';
import { demandConfiguration } from '@ledger/configuration';
import { claimDataFolder } from '../folder-claim.js';
import { CannotStart } from '../preflight.js';
import { SupervisedPostgres } from './supervised-postgres.js';

// The Postgres of a data folder alone, for tools that work while nothing else runs on it: prints {url}, ends at SIGTERM.

const EXIT_FAILED = 1;

async function main(): Promise<void> {
  const { dataFolder } = demandConfiguration(process.env, process.cwd());
  await claimDataFolder(dataFolder);
  const complain = (name: string, why: string): void => void process.stderr.write(`${name}: ${why}\n`);
  const postgres = new SupervisedPostgres(dataFolder, 0, {
    logFolder: join(dataFolder, 'logs'), onRestart: complain,
    onGivenUp: (name, why) => {
      complain(name, why);
      process.exit(EXIT_FAILED);
    },
  });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  const url = await postgres.start();
  process.stdout.write(`${JSON.stringify({ url })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof CannotStart ? error.message : `postgres: ${String((error as Error).stack ?? error)}`}\n`);
  process.exit(EXIT_FAILED);
});
