import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { PartWatch } from '../parts.js';
import { Restarts } from '../restarts.js';
import { endOrphan, newPassword, startCluster, type Cluster } from './cluster.js';
import { clusterFolder } from './placement.js';

/** Ends the Postgres that a killed start left running on the data folder, so that its port is free; false where none was. */
export function endLeftPostgres(dataFolder: string): boolean {
  return endOrphan(clusterFolder(dataFolder).folder);
}

/** The embedded Postgres: its password kept, its log kept, started again on the same port when it falls. */
export class SupervisedPostgres {
  private cluster: Cluster | undefined;
  private starting: Promise<string> | undefined;
  private stopping = false;
  private log: WriteStream | undefined;
  private readonly restarts: Restarts;

  constructor(private readonly dataFolder: string, private port: number, private readonly watch: PartWatch) {
    this.restarts = new Restarts('postgres', watch);
  }

  /** Its connection string, password included. */
  start(): Promise<string> {
    this.starting = this.startOnce();
    return this.starting;
  }

  private async startOnce(): Promise<string> {
    const { folder } = clusterFolder(this.dataFolder);
    mkdirSync(this.watch.logFolder, { recursive: true });
    this.log ??= createWriteStream(join(this.watch.logFolder, 'postgres.log'), { flags: 'a', mode: 0o600 });
    const cluster = await startCluster({ folder, port: this.port, password: this.password(), onLog: (line) => this.log?.write(`${line}\n`) });
    this.cluster = cluster;
    this.port = cluster.port;
    cluster.process.once('exit', (code, signal) => this.fell(signal ?? `exit code ${code}`));
    return cluster.url;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    // One that is just starting has to be there before it can be stopped.
    await Promise.allSettled([this.starting]);
    await this.cluster?.stop();
    this.log?.end();
  }

  private password(): string {
    const folder = join(this.dataFolder, 'secrets');
    const file = join(folder, 'postgres.password');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) writeFileSync(file, newPassword(), { mode: 0o600 });
    return readFileSync(file, 'utf8').trim();
  }

  private fell(why: string): void {
    if (this.stopping) return;
    this.restarts.after(why, async () => {
      if (!this.stopping) await this.start();
    });
  }
}
