import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseAt } from '@ledger/postgres';
import type { DataSource } from 'typeorm';
import type { RecordedEvent } from '@ledger/kernel';
import { openEventStore, type EventStore, type EventStoreOptions } from '@ledger/event-store';
import { openPersonVault, vaultMigrations, type RotatableVault } from '@ledger/privacy';
import { commandMigrations, createLedger, type LedgerOptions, type RunningLedger } from '@ledger/command-handling';
import { startEventStoreServer, type EventStoreServer } from '../../../../apps/eventstore/src/index.js';
import { testDatabase } from '../../../../test/support/postgres.js';

/** The event store, Postgres and the vault that ledgers under test share: as many "processes" as a test opens. */
export class LedgerHouse {
  private readonly opened: (() => Promise<void>)[] = [];

  private constructor(
    private readonly folder: string,
    private server: EventStoreServer,
    readonly databaseUrl: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async open(): Promise<LedgerHouse> {
    const folder = mkdtempSync(join(tmpdir(), 'soquy-ledger-'));
    const server = await startEventStoreServer({ dir: join(folder, 'log'), port: 0 });
    const database = await testDatabase();
    const house = new LedgerHouse(folder, server, database.url, () => database.close());
    const migrating = await house.dataSource();
    await migrating.runMigrations();
    return house;
  }

  get storeUrl(): string {
    return `esdb://127.0.0.1:${this.server.port}?tls=false`;
  }

  get storePort(): number {
    return this.server.port;
  }

  async stopStore(): Promise<void> {
    await this.server.stop();
  }

  async startStore(): Promise<void> {
    this.server = await startEventStoreServer({ dir: join(this.folder, 'log'), port: this.server.port });
  }

  async dataSource(): Promise<DataSource> {
    const dataSource = await databaseAt(this.databaseUrl, { migrations: [...vaultMigrations, ...commandMigrations] }).initialize();
    this.opened.push(async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
    });
    return dataSource;
  }

  /** One process' worth: its own connections, caches and queues. `storeUrl` may lead through a proxy. */
  async process(options: Partial<LedgerOptions> = {}, storeUrl = this.storeUrl, storeOptions: EventStoreOptions = {}): Promise<LedgerProcess> {
    const dataSource = await this.dataSource();
    const eventStore = openEventStore(storeUrl, storeOptions);
    const vault = await openPersonVault({ dataSource, masterKeyFile: join(this.folder, 'master.key'), hashSecretFile: join(this.folder, 'hash.key') });
    const ledger = createLedger({ eventStore, dataSource, vault, ...options });
    const process = { ledger, eventStore, dataSource, vault, close: closeOnce(async () => {
      await ledger.close();
      await eventStore.close();
      await dataSource.destroy();
    }) };
    this.opened.push(process.close);
    return process;
  }

  async close(): Promise<void> {
    for (const close of this.opened.reverse()) await close();
    await this.server.stop();
    await this.dropDatabase();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface LedgerProcess {
  readonly ledger: RunningLedger;
  readonly eventStore: EventStore;
  readonly dataSource: DataSource;
  readonly vault: RotatableVault;
  close(): Promise<void>;
}

function closeOnce(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= close());
}

/** A stream's events, oldest first. */
export async function eventsOf({ eventStore }: Pick<LedgerProcess, 'eventStore'>, stream: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of eventStore.readStream(stream, 0n)) events.push(event);
  return events;
}

/** Asks until it is so; the test's own time limit ends it otherwise. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
export * from './story.js';
