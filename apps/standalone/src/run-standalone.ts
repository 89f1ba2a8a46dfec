import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { instanceFile, readConfiguration, removeInstance, writeInstance, type Configuration } from '@ledger/configuration';
import { announcement } from './announce.js';
import { claimDataFolder } from './folder-claim.js';
import { importSample } from './demo.js';
import { apiPart, eventStorePart, projectorPart, type PartWatch } from './parts.js';
import { CannotStart, prepareDataFolder, requireDistinctPorts, requireFreePort } from './preflight.js';
import { endLeftPostgres, SupervisedPostgres } from './postgres/supervised-postgres.js';
import type { SupervisedPart } from './supervised-part.js';
import { untilReady } from './until-ready.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Starts every part that no setting points elsewhere, watches them, and stops them in the opposite order. */
class Standalone {
  private readonly parts: SupervisedPart[] = [];
  private postgres: SupervisedPostgres | undefined;
  private stopping: Promise<void> | undefined;
  private ended!: (exitCode: number) => void;
  /** Settles when all has stopped, with the exit code. */
  readonly end = new Promise<number>((resolve) => (this.ended = resolve));
  private readonly watch: PartWatch;

  constructor(private readonly settings: Configuration) {
    this.watch = {
      logFolder: join(settings.dataFolder, 'logs'),
      onRestart: (name, why) => say(`! ${name} đã dừng (${why}), đang khởi động lại / fell, starting again; log: ${join(settings.dataFolder, 'logs', `${name}.log`)}`),
      onGivenUp: (name, why) => {
        say(`! ${name} hỏng liên tục (${why}): dừng tất cả / keeps failing: stopping everything; log: ${join(settings.dataFolder, 'logs', `${name}.log`)}`);
        void this.stop(1);
      },
    };
  }

  async start(): Promise<void> {
    const { settings } = this;
    // All of them first: nothing has to be stopped again for a port that is taken.
    const ports = {
      SOQUY_PORT: settings.port,
      ...(settings.postgresUrl ? {} : { SOQUY_PG_PORT: settings.postgresPort }),
      ...(settings.eventStoreUrl ? {} : { SOQUY_EVENTSTORE_PORT: settings.eventStorePort }),
    };
    requireDistinctPorts(ports);
    const leftPostgres = !settings.postgresUrl && endLeftPostgres(settings.dataFolder);
    // A stop takes the note away: it is there where the last start was killed.
    const wasKilled = leftPostgres || existsSync(instanceFile(settings.dataFolder));
    for (const [variable, port] of Object.entries(ports)) await requireFreePort(variable, variable === 'SOQUY_PORT' ? settings.host : '127.0.0.1', port, wasKilled);
    const [postgresUrl, eventStoreUrl] = await Promise.all([this.startPostgres(), this.startEventStore()]);
    const env = { SOQUY_DATA: settings.dataFolder, SOQUY_PG_URL: postgresUrl, SOQUY_EVENTSTORE_URL: eventStoreUrl };
    const api = apiPart(this.watch, env);
    const projector = projectorPart(this.watch, env);
    this.parts.push(projector, api);
    const [serving] = await Promise.all([api.start(), projector.start()]);
    const apiUrl = String(serving['url']);
    api.keepEnv({ SOQUY_PORT: new URL(apiUrl).port });
    const stopped = await untilReady(apiUrl, () => this.isStopping);
    if (this.isStopping) return;
    writeInstance(settings.dataFolder, { apiUrl, pgUrl: postgresUrl, eventstoreUrl: eventStoreUrl, pid: process.pid, startedAt: new Date().toISOString() });
    say(announcement({ apiUrl, postgresUrl, eventStoreUrl, dataFolder: settings.dataFolder, tokensFile: settings.tokensFile }));
    for (const { projection, why } of stopped) say(`! Bảng đọc ${projection} đã dừng / read model ${projection} has stopped: ${why}`);
    if (stopped.length > 0) say('! Dựng lại bằng / rebuild with: npx soquy rebuild all');
  }

  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  /** Stops what was started, the newest first: no part loses what it stands on. */
  stop(exitCode: number): Promise<void> {
    this.stopping ??= (async () => {
      removeInstance(this.settings.dataFolder);
      const [eventStore, ...others] = this.parts;
      await Promise.all(others.map((part) => part.stop()));
      await eventStore?.stop();
      await this.postgres?.stop();
      this.ended(exitCode);
    })();
    return this.stopping;
  }

  private async startPostgres(): Promise<string> {
    const { settings } = this;
    if (settings.postgresUrl) return settings.postgresUrl;
    this.postgres = new SupervisedPostgres(settings.dataFolder, settings.postgresPort, this.watch);
    return this.postgres.start();
  }

  private async startEventStore(): Promise<string> {
    const { settings } = this;
    if (settings.eventStoreUrl) return settings.eventStoreUrl;
    const folder = join(settings.dataFolder, 'eventstore');
    const part = eventStorePart(this.watch, { folder, port: settings.eventStorePort });
    this.parts.unshift(part);
    const { port } = await part.start();
    // Started again after a fall it must be found at the same address.
    part.keepArguments(['--port', String(port)]);
    return `esdb://127.0.0.1:${port}?tls=false`;
  }
}

/** `npm start`: answers the exit code once everything has stopped again. */
export async function runStandalone(args: readonly string[]): Promise<number> {
  const unknown = args.filter((arg) => arg !== '--demo');
  if (unknown.length > 0) {
    say(`Không hiểu / unknown: ${unknown.join(' ')}. Chỉ có / there is only: --demo`);
    return 2;
  }
  const read = readConfiguration(process.env, process.cwd());
  if ('errors' in read) {
    for (const error of read.errors) say(error);
    return 2;
  }
  let standalone: Standalone | undefined;
  try {
    prepareDataFolder(read.configuration.dataFolder);
    // Held until this process ends.
    await claimDataFolder(read.configuration.dataFolder);
    standalone = new Standalone(read.configuration);
    const running = standalone;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void running.stop(0));
    await running.start();
    if (args.includes('--demo') && !running.isStopping) await importSample(say);
    return await running.end;
  } catch (error) {
    // Parts that were stopped while they started are no failure of theirs.
    if (standalone?.isStopping) return await standalone.end;
    say(error instanceof CannotStart ? error.message : `Không khởi động được / could not start: ${error instanceof Error ? error.message : String(error)}`);
    await standalone?.stop(1);
    return 1;
  }
}
