import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createAccessLogger, loadTokens, tokenRegister, type Configuration } from '@ledger/configuration';
import { LedgerView, openLedgerParts } from '@ledger/command-handling';
import { systemClock } from '@ledger/kernel';
import { isPassingFailure } from '@ledger/projection-runtime';
import type { ApiParts } from './api-parts.js';
import { Metrics } from './health/metrics.js';
import { PreparedQueries } from './prepared-queries.js';

const RETRY_MS = 500;
const CONNECT_MS = 2_000;
const COMMAND_CONNECTIONS = 16;
const QUERY_CONNECTIONS = 16;
/** A query that runs longer is cut off by Postgres. */
const QUERY_MS = 10_000;
/** Where Postgres is silent, whoever waits for an answer is told so within about twice this time. */
const SILENCE_MS = 1_000;

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
      if (!isPassingFailure(error)) throw error;
      logger.warn({ reason: error instanceof Error ? error.message : String(error) }, 'waiting for Postgres');
      await sleep(RETRY_MS);
    }
  }
  return undefined;
}

class Opening {
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(
    private readonly configuration: Configuration,
    private readonly logger: Logger,
  ) {}

  async open(): Promise<OpenParts> {
    const { configuration, logger } = this;
    const { masterKeyFile, hashSecretFile } = configuration;
    const metrics = new Metrics();
    const parts = await openLedgerParts({
      pgUrl: configuration.postgresUrl!, eventstoreUrl: configuration.eventStoreUrl!, masterKeyFile, hashSecretFile, connections: COMMAND_CONNECTIONS,
    }, { log: logger, measureAppend: (append) => metrics.append(append) });
    this.closers.unshift(() => parts.close());
    const { ledger, eventStore: store, dataSource: commands, vault } = parts;
    const queries = this.connectForQueries();
    const courier = ledger.startCourier();
    return {
      ledger, store, vault, metrics, logger, accessLogger: createAccessLogger('api', configuration.logLevel), database: queries, clock: systemClock, courier,
      actorOf: tokenRegister(loadTokens(configuration)), dataFolder: configuration.dataFolder,
      viewLedger: () => new LedgerView(store, commands, vault), close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
    this.closers.length = 0;
  }

  private connectForQueries(): PreparedQueries {
    const queries = new PreparedQueries({
      url: this.configuration.postgresUrl!, connections: QUERY_CONNECTIONS, connectMs: CONNECT_MS, queryMs: QUERY_MS, silenceMs: SILENCE_MS,
      onLost: (reason) => this.logger.warn({ reason: reason.message }, 'a connection for queries was lost'),
    });
    this.closers.unshift(() => queries.close());
    return queries;
  }
}
