import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '../../../libs/event-store/testing/server-process.js';
import { TcpProxy } from '../../../libs/event-store/testing/tcp-proxy.js';
import { testDatabase, type TestDatabase } from '../../support/postgres.js';
import { PartProcess, type Program } from './part-process.js';

export const TOKEN = 'a-token-for-fault-tests';
export const ACTOR = 'treasurer';

export interface Way {
  /** Through the proxy that can lose bytes, instead of directly. */
  readonly storeByProxy?: boolean;
  readonly postgresByProxy?: boolean;
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The event store as a process, a database on the test run's Postgres, and as many apis and projectors as a test starts. */
export class ProcessHouse {
  private readonly parts: PartProcess[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'soquy-faults-'));

  private constructor(readonly store: ServerProcess, readonly database: TestDatabase, readonly storeProxy: TcpProxy, readonly postgresProxy: TcpProxy) {}

  static async open(ofStore: Pick<Way, 'imports' | 'env'> = {}): Promise<ProcessHouse> {
    const store = new ServerProcess();
    await store.start(ofStore);
    const database = await testDatabase();
    return new ProcessHouse(store, database, await TcpProxy.to(store.port), await TcpProxy.to(Number(new URL(database.url).port)));
  }

  get servers(): { pgUrl: string; eventstoreUrl: string } {
    return { pgUrl: this.database.url, eventstoreUrl: this.store.url };
  }

  get keys(): { masterKeyFile: string; hashSecretFile: string } {
    return { masterKeyFile: join(this.folder, 'master.key'), hashSecretFile: join(this.folder, 'hash.key') };
  }

  async start(program: Program, { storeByProxy, postgresByProxy, imports, env }: Way = {}): Promise<PartProcess> {
    const postgresUrl = postgresByProxy ? this.postgresProxy.leading(this.database.url) : this.database.url;
    const part = await PartProcess.start(program, {
      SOQUY_DATA: this.folder, SOQUY_PORT: '0', SOQUY_TOKENS: `${ACTOR}:${TOKEN}`, SOQUY_LOG_LEVEL: 'warn',
      SOQUY_PG_URL: postgresUrl, SOQUY_EVENTSTORE_URL: storeByProxy ? this.storeProxy.url : this.store.url,
      SOQUY_MASTER_KEY_FILE: this.keys.masterKeyFile, SOQUY_HASH_SECRET_FILE: this.keys.hashSecretFile, ...env,
    }, imports);
    this.parts.push(part);
    return part;
  }

  async close(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.end('SIGKILL')));
    await this.storeProxy.close();
    await this.postgresProxy.close();
    await this.store.remove();
    await this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks until it is so; the test's own time limit ends it otherwise. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
