import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { systemClock } from '@ledger/kernel';
import { projectorDataSource, Projector } from '@ledger/projection-runtime';
import { associationTotalsProjection } from '@projections/association-totals';
import { beneficiaryHistoriesProjection } from '@projections/beneficiary-histories';
import { fundBalancesProjection } from '@projections/fund-balances';
import { registryProjection } from '@projections/registry';
import { LedgerHouse, type LedgerProcess } from '../../../libs/command-handling/testing/src/index.js';
import type { ApiParts } from '../src/api-parts.js';
import { startApi, type ApiServer } from '../src/api-server.js';

export const TOKEN = 'token-of-the-treasurer';
export const OTHER_TOKEN = 'token-of-the-auditor';
const TOKENS = [{ actorId: 'treasurer', token: TOKEN }, { actorId: 'auditor', token: OTHER_TOKEN }];

/** A whole ledger for tests: the real event store, Postgres, projector and api, each reachable and stoppable. */
export class ApiHouse {
  private constructor(
    readonly ledgers: LedgerHouse,
    readonly process: LedgerProcess,
    readonly projections: DataSource,
    readonly projector: Projector,
    readonly server: ApiServer,
    readonly logLines: string[],
  ) {}

  static async open(over: Partial<ApiParts> = {}): Promise<ApiHouse> {
    const ledgers = await LedgerHouse.open();
    const process = await ledgers.process();
    const projections = await projectorDataSource(ledgers.databaseUrl).initialize();
    const projector = new Projector({
      database: projections, store: process.eventStore, writer: 'test', report: () => undefined,
      projections: [fundBalancesProjection, associationTotalsProjection, beneficiaryHistoriesProjection, registryProjection(process.vault)],
    });
    await projector.start();
    process.ledger.startCourier({ graceMs: 50, retryMs: 50 });
    const logLines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void logLines.push(line) });
    const parts: ApiParts = {
      ledger: process.ledger, store: process.eventStore, vault: process.vault, database: process.dataSource, tokens: TOKENS, clock: systemClock, logger, ...over,
    };
    const server = await startApi(parts, { host: '127.0.0.1', port: 0 });
    return new ApiHouse(ledgers, process, projections, projector, server, logLines);
  }

  async close(): Promise<void> {
    await this.server.stop();
    await this.projector.stop();
    await this.projections.destroy();
    await this.ledgers.close();
  }
}
