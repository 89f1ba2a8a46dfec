import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { LedgerView } from '@ledger/command-handling';
import { systemClock, type Clock } from '@ledger/kernel';
import { projectorDataSource, Projector } from '@ledger/projection-runtime';
import { everyProjection } from '../../projector/src/run-projector.js';
import { LedgerHouse, type LedgerProcess } from '../../../libs/command-handling/testing/src/index.js';
import type { ApiParts } from '../src/api-parts.js';
import { startApi, type ApiServer } from '../src/api-server.js';
import { Metrics } from '../src/health/metrics.js';
import { PreparedQueries } from '../src/prepared-queries.js';

export const TOKEN = 'token-of-the-treasurer';
export const OTHER_TOKEN = 'token-of-the-auditor';
const ACTORS = new Map([[TOKEN, 'treasurer'], [OTHER_TOKEN, 'auditor']]);

/** A whole ledger for tests: the real event store, Postgres, projector and api, each reachable and stoppable. */
export class ApiHouse {
  readonly logLines: string[] = [];
  readonly dataFolder = mkdtempSync(join(tmpdir(), 'soquy-api-'));
  private readonly servers: ApiServer[] = [];

  private constructor(
    readonly ledgers: LedgerHouse,
    readonly process: LedgerProcess,
    readonly projections: DataSource,
    readonly projector: Projector,
    private readonly queries: PreparedQueries,
  ) {}

  /** `clock` is what the ledger records by; the api itself goes by the real one. */
  static async open(options: { readonly clock?: Clock } = {}): Promise<ApiHouse> {
    const ledgers = await LedgerHouse.open();
    const process = await ledgers.process(options);
    const projections = await projectorDataSource(ledgers.databaseUrl).initialize();
    const projector = new Projector({
      database: projections, store: process.eventStore, writer: 'test', report: () => undefined,
      projections: everyProjection(process.vault),
    });
    await projector.start();
    const house = new ApiHouse(ledgers, process, projections, projector, new PreparedQueries({
      url: ledgers.databaseUrl, connections: 4, connectMs: 5_000, queryMs: 10_000, silenceMs: 11_000, onLost: (reason) => console.warn(reason.message),
    }));
    await house.serve();
    return house;
  }

  get server(): ApiServer {
    return this.servers[0]!;
  }

  /** Another api on the same stores; `over` replaces some of its parts. */
  async serve(over: Partial<ApiParts> = {}): Promise<ApiServer> {
    const { ledger, eventStore, vault, dataSource } = this.process;
    const logger = pino({ level: 'info' }, { write: (line: string) => void this.logLines.push(line) });
    const server = await startApi({
      ledger, store: eventStore, vault, logger, database: this.queries, clock: systemClock, metrics: new Metrics(), dataFolder: this.dataFolder,
      courier: ledger.startCourier({ graceMs: 50, retryMs: 50 }), viewLedger: () => new LedgerView(eventStore, dataSource, vault),
      actorOf: (token) => ACTORS.get(token), ...over,
    }, { host: '127.0.0.1', port: 0 });
    this.servers.push(server);
    return server;
  }

  async close(): Promise<void> {
    for (const server of this.servers) await server.stop();
    await this.queries.close();
    await this.projector.stop();
    await this.projections.destroy();
    await this.ledgers.close();
    rmSync(this.dataFolder, { recursive: true, force: true });
  }
}
