import { setTimeout as sleep } from 'node:timers/promises';
import { hostname } from 'node:os';
import { openEventStore } from '@ledger/event-store';
import type { EventStore } from '@ledger/event-store';
import { runMigrations } from '@ledger/postgres';
import { openPersonVault, vaultMigrations } from '@ledger/privacy';
import type { PersonVault } from '@ledger/privacy';
import { Projector, isPassingFailure, projectorDataSource } from '@ledger/projection-runtime';
import type { Projection, ProjectorOptions } from '@ledger/projection-runtime';
import { associationTotalsProjection } from '@projections/association-totals';
import { beneficiaryHistoriesProjection } from '@projections/beneficiary-histories';
import { campaignTotalsProjection } from '@projections/campaign-totals';
import { fundBalancesProjection } from '@projections/fund-balances';
import { fundStatementProjection } from '@projections/fund-statement';
import { journalProjection } from '@projections/journal';
import { pledgesProjection } from '@projections/pledges';
import { registryProjection } from '@projections/registry';
import type { DataSource } from 'typeorm';

export interface ProjectorSettings {
  readonly postgresUrl: string;
  readonly eventStoreUrl: string;
  readonly masterKeyFile: string;
  readonly hashSecretFile: string;
}

export interface RunningProjector {
  readonly projections: readonly string[];
  stop(): Promise<void>;
}

const RETRY_MS = 1_000;

/** Every read model there is. A new one is added here and nowhere else. */
export function everyProjection(vault: PersonVault): Projection[] {
  return [
    fundBalancesProjection, associationTotalsProjection, beneficiaryHistoriesProjection, registryProjection(vault),
    fundStatementProjection, campaignTotalsProjection, pledgesProjection, journalProjection,
  ];
}

/** Waits for Postgres and the event store, then keeps every projection written until it is stopped. */
export async function runProjector(settings: ProjectorSettings, report: ProjectorOptions['report'], stopping: AbortSignal): Promise<RunningProjector | undefined> {
  while (!stopping.aborted) {
    try {
      return await startOnce(settings, report);
    } catch (error) {
      if (!isPassingFailure(error)) throw error;
      report('warn', 'waiting for Postgres and the event store', { reason: error instanceof Error ? error.message : String(error) });
      await sleep(RETRY_MS);
    }
  }
  return undefined;
}

async function startOnce(settings: ProjectorSettings, report: ProjectorOptions['report']): Promise<RunningProjector> {
  const store = openEventStore(settings.eventStoreUrl);
  const database = projectorDataSource(settings.postgresUrl);
  try {
    await database.initialize();
    await runMigrations(settings.postgresUrl, vaultMigrations);
    const vault = await openPersonVault({ dataSource: database, masterKeyFile: settings.masterKeyFile, hashSecretFile: settings.hashSecretFile });
    const projections = everyProjection(vault);
    const projector = new Projector({ database, store, projections, writer: `${hostname()} ${process.pid}`, report });
    await projector.start();
    return {
      projections: projections.map((projection) => projection.name),
      stop: async () => {
        await projector.stop();
        await close(store, database);
      },
    };
  } catch (error) {
    await close(store, database);
    throw error;
  }
}

async function close(store: EventStore, database: DataSource): Promise<void> {
  await store.close();
  if (database.isInitialized) await database.destroy();
}
