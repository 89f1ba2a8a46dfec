import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEventStore, type EventStore } from '@ledger/event-store';
import { runMigrations, withCopySessions } from '@ledger/postgres';
import { openPersonVault, vaultMigrations, type PersonVault } from '@ledger/privacy';
import { Projector, projectorDataSource, readBuilds } from '@ledger/projection-runtime';
import type { DataSource } from 'typeorm';
import { everyProjection } from '../../../../apps/projector/src/run-projector.js';
import { testEventStore } from '../../../../test/support/event-store.js';
import { testDatabase } from '../../../../test/support/postgres.js';
import { connectionsFor, nameHashesThrough, verify, type Verdict } from '../../src/index.js';

/** A log, every read model of it, and what is needed to hold one against the other. */
export class VerifiedHouse {
  private projector: Projector | undefined;

  private constructor(
    readonly store: EventStore, readonly database: DataSource, readonly vault: PersonVault, readonly databaseUrl: string, readonly storeUrl: string, readonly folder: string,
    private readonly closing: readonly (() => Promise<void>)[],
  ) {}

  static async open(): Promise<VerifiedHouse> {
    const folder = mkdtempSync(join(tmpdir(), 'soquy-verified-'));
    const server = await testEventStore();
    const database = await testDatabase();
    await runMigrations(database.url, vaultMigrations);
    const source = await projectorDataSource(database.url, connectionsFor() + 12).initialize();
    // Nothing here is about time: a busy machine answers late.
    const store = openEventStore(server.url, { appendDeadlineMs: 60_000, silenceMs: 60_000 });
    const vault = await openPersonVault({ dataSource: source, masterKeyFile: join(folder, 'master.key'), hashSecretFile: join(folder, 'hash.key') });
    return new VerifiedHouse(store, source, vault, database.url, server.url, folder, [() => source.destroy(), () => store.close(), () => server.close(), () => database.close()]);
  }

  async startProjector(): Promise<void> {
    this.projector = new Projector({ database: this.database, store: this.store, projections: everyProjection(this.vault), writer: 'spec', report: () => undefined });
    await this.projector.start();
  }

  async stopProjector(): Promise<void> {
    await this.projector?.stop();
    this.projector = undefined;
  }

  /** Until every read model has come to the position. */
  async caughtUp(position: bigint): Promise<void> {
    for (;;) {
      const live = (await readBuilds(this.database)).filter(({ state }) => state === 'live');
      const stopped = live.find(({ stoppage }) => stoppage);
      if (stopped) throw new Error(`${stopped.name} has stopped: ${stopped.stoppage?.reason}`);
      if (live.length > 0 && live.every((build) => (build.position ?? -1n) >= position)) return;
      await sleep(50);
    }
  }

  /** Seals a name for a person as the ledger does. */
  readonly seal = async (personId: string, name: string): Promise<string> => {
    await this.vault.ensureKeys([personId]);
    return this.vault.seal(personId, 'profile', JSON.stringify({ name }));
  };

  verdict(wishes: { readonly keepOfEach?: number; readonly at?: bigint } = {}): Promise<Verdict> {
    return withCopySessions(this.database, connectionsFor(), (sessions) =>
      verify({ store: this.store, sessions, nameHashes: nameHashesThrough(this.vault), keepOfEach: 50, onProgress: () => undefined, ...wishes }));
  }

  async close(): Promise<void> {
    await this.stopProjector();
    for (const close of this.closing) await close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
