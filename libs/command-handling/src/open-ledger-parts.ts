import type { DataSource } from 'typeorm';
import { openEventStore, type EventStore } from '@ledger/event-store';
import { databaseAt, runMigrations } from '@ledger/postgres';
import { openPersonVault, vaultMigrations, type RotatableVault } from '@ledger/privacy';
import { PATIENCE, type Patience } from './limits.js';
import { createLedger, type LedgerOptions, type RunningLedger } from './create-ledger.js';
import { commandMigrations } from './migrations/command-migrations.js';

export interface LedgerSettings {
  readonly pgUrl: string;
  readonly eventstoreUrl: string;
  readonly masterKeyFile: string;
  readonly hashSecretFile: string;
  /** How many connections to Postgres the command side may hold. */
  readonly connections?: number;
  /** For how long servers may be silent; as somebody who waits for an answer wants it, if nothing is said. */
  readonly patience?: Patience;
}

/** The command side of one process: the API's, the importer's. */
export interface LedgerParts {
  readonly ledger: RunningLedger;
  readonly eventStore: EventStore;
  readonly dataSource: DataSource;
  readonly vault: RotatableVault;
  /** Finishes what is under way, then lets go of both servers. */
  close(): Promise<void>;
}

const CONNECTIONS = 8;
const CONNECT_MS = 2_000;

/** Makes the tables where they are missing and opens everything that commands need. Throws where Postgres or a key file refuses. */
export async function openLedgerParts(settings: LedgerSettings, options: Pick<LedgerOptions, 'log' | 'limits' | 'measureAppend' | 'clock'> = {}): Promise<LedgerParts> {
  const { pgUrl, eventstoreUrl, masterKeyFile, hashSecretFile, connections = CONNECTIONS, patience = PATIENCE } = settings;
  await runMigrations(pgUrl, [...vaultMigrations, ...commandMigrations]);
  const dataSource = await databaseAt(pgUrl, {
    poolSize: connections, applicationName: 'so-quy-commands', connectTimeoutMS: CONNECT_MS, pool: { keepAlive: true, silenceMs: patience.postgresSilenceMs },
  }).initialize();
  try {
    const vault = await openPersonVault({ dataSource, masterKeyFile, hashSecretFile });
    const eventStore = openEventStore(eventstoreUrl, patience);
    const ledger = createLedger({ eventStore, dataSource, vault, ...options });
    return {
      ledger, eventStore, dataSource, vault,
      close: async () => {
        await ledger.close();
        await eventStore.close();
        await dataSource.destroy();
      },
    };
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
