import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, QueryFailedError, type MigrationInterface } from 'typeorm';
import type { Logger } from 'pino';
import { loadTokens, tokenRegister, type Configuration } from '@ledger/configuration';
import { CreateCommandTables1700000000200, createLedger, LedgerView } from '@ledger/command-handling';
import { openEventStore } from '@ledger/event-store';
import { systemClock } from '@ledger/kernel';
import { openPersonVault, vaultMigrations } from '@ledger/privacy';
import { isPassingFailure } from '@ledger/projection-runtime';
import type { ApiParts } from './api-parts.js';
import { Metrics } from './health/metrics.js';

const RETRY_MS = 500;
const CONNECT_MS = 2_000;
const COMMAND_CONNECTIONS = 16;
const QUERY_CONNECTIONS = 16;
/** A query that runs longer is cut off by Postgres, or given up where Postgres is silent. */
const QUERY_MS = 10_000;
const SILENCE_MS = QUERY_MS + 1_000;

/** Held while tables are made; the projector takes the same lock. */
const MIGRATION_LOCK = 7_310_553_002;
const MADE_BY_SOMEBODY_ELSE = new Set(['23505', '42P06', '42P07', '42710']);

export interface OpenParts extends ApiParts {
  close(): Promise<void>;
}

/**
 * Waits until Postgres answers, then puts the parts of this process together; queries need no event store, and commands
 * say so themselves while it is away. Undefined where it is told to stop first.
 */
export async function openParts(configuration: Configuration, logger: Logger, stopping: AbortSignal): Promise<OpenParts | undefined> {
  while (!stopping.aborted) {
    const opening = new Opening(configuration, logger);
    try {
      return await opening.open();
    } catch (error) {
      await opening.close();
      if (!isPassingFailure(error) && !lostTheRace(error)) throw error;
      logger.warn({ reason: error instanceof Error ? error.message : String(error) }, 'waiting for Postgres');
      await sleep(RETRY_MS);
    }
  }
  return undefined;
}

/** A program that takes no lock made the same tables at the same moment: the next attempt finds them. */
function lostTheRace(error: unknown): boolean {
  return error instanceof QueryFailedError && 'code' in error.driverError && MADE_BY_SOMEBODY_ELSE.has(String(error.driverError.code));
}

class Opening {
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(
    private readonly configuration: Configuration,
    private readonly logger: Logger,
  ) {}

  async open(): Promise<OpenParts> {
    const { configuration, logger } = this;
    const migrations = [...vaultMigrations, CreateCommandTables1700000000200];
    const commands = await this.connect('so-quy-api-commands', COMMAND_CONNECTIONS, {}, migrations);
    await migrate(commands);
    const queries = await this.connect('so-quy-api-queries', QUERY_CONNECTIONS, {
      options: `-c default_transaction_read_only=on -c statement_timeout=${QUERY_MS}`, query_timeout: SILENCE_MS,
    });
    const { masterKeyFile, hashSecretFile } = configuration;
    const vault = await openPersonVault({ dataSource: commands, masterKeyFile, hashSecretFile });
    const store = openEventStore(configuration.eventStoreUrl!);
    this.closers.unshift(() => store.close());
    const metrics = new Metrics();
    const ledger = createLedger({ eventStore: store, dataSource: commands, vault, log: logger, measureAppend: (append) => metrics.append(append) });
    this.closers.unshift(() => ledger.close());
    const courier = ledger.startCourier();
    return {
      ledger, store, vault, metrics, logger, database: queries, clock: systemClock, courier,
      actorOf: tokenRegister(loadTokens(configuration)), dataFolder: configuration.dataFolder,
      viewLedger: () => new LedgerView(store, commands, vault), close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
    this.closers.length = 0;
  }

  private async connect(applicationName: string, poolSize: number, extra: object, migrations: (new () => MigrationInterface)[] = []): Promise<DataSource> {
    const database = await new DataSource({
      type: 'postgres', url: this.configuration.postgresUrl!, applicationName, poolSize, installExtensions: false, synchronize: false,
      connectTimeoutMS: CONNECT_MS, migrations, migrationsTransactionMode: 'each', extra: { keepAlive: true, ...extra },
    }).initialize();
    this.closers.unshift(() => database.destroy());
    return database;
  }
}

async function migrate(database: DataSource): Promise<void> {
  const lock = database.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await database.runMigrations();
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  } finally {
    await lock.release();
  }
}
