import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBuilds, projectorDataSource, type Build } from '@ledger/projection-runtime';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { PartProcess } from './part-process.js';
import { cpuSecondsBelow, peakMiBBelow } from './process-tree.js';
import { runProgram, type ProgramRun } from './run-program.js';

const TOKEN = 'a-token-for-the-bench-only';
const LOOK_EVERY_MS = 20;
const REST_LOOK_MS = 500;
/** Looks in a row that must find a house at rest. */
const STILL_LOOKS = 3;
/** Of one processor, all parts together: what looking at clocks and checkpoints takes. */
const MOST_AT_REST = 0.15;
export const AUTHORIZED = `Authorization: Bearer ${TOKEN}\r\n`;

export type PartName = 'postgres' | 'eventstore' | 'projector' | 'api' | 'api 2';

/** The parts of Sổ Quỹ as processes on one data folder, started and stopped one by one. */
export class House {
  private readonly parts = new Map<PartName, PartProcess>();
  private readonly endedCpu = new Map<PartName | 'command', number>();
  private readonly peaks = new Map<PartName, number>();
  private opened: DataSource | undefined;

  private constructor(readonly folder: string) {}

  /** With Postgres and the event store running; nothing else. */
  static async open(folder: string): Promise<House> {
    mkdirSync(folder, { recursive: true });
    const house = new House(folder);
    await house.start('postgres');
    await house.start('eventstore');
    return house;
  }

  /** Answers milliseconds until it serves. */
  async start(name: PartName, flags: readonly string[] = []): Promise<number> {
    const started = performance.now();
    this.parts.set(name, await this.launch(name, flags));
    return performance.now() - started;
  }

  async stop(name: PartName): Promise<void> {
    const part = this.parts.get(name);
    if (!part) return;
    this.noteEnd(name, part);
    this.parts.delete(name);
    await part.stop();
  }

  async close(): Promise<void> {
    if (this.opened?.isInitialized) await this.opened.destroy();
    for (const name of ['api 2', 'api', 'projector', 'eventstore', 'postgres'] as const) await this.stop(name);
  }

  runs(name: PartName): boolean {
    return this.parts.has(name);
  }

  get apiUrls(): string[] {
    return (['api', 'api 2'] as const).flatMap((name) => {
      const part = this.parts.get(name);
      return part ? [String(part.ready['url'])] : [];
    });
  }

  get pgUrl(): string {
    return String(this.parts.get('postgres')?.ready['url']);
  }

  get eventStoreUrl(): string {
    return `esdb://127.0.0.1:${String(this.parts.get('eventstore')?.ready['port'])}?tls=false`;
  }

  get environment(): Record<string, string> {
    return { SOQUY_DATA: this.folder, SOQUY_PORT: '0', SOQUY_TOKENS: `bench:${TOKEN}`, SOQUY_PG_URL: this.pgUrl, SOQUY_EVENTSTORE_URL: this.eventStoreUrl };
  }

  /** Runs a program of the command line on this house; what it uses counts as its own part. */
  async command(args: readonly string[]): Promise<ProgramRun> {
    const run = await runProgram('apps/cli/bin/soquy.mjs', args, this.environment);
    this.endedCpu.set('command', (this.endedCpu.get('command') ?? 0) + run.cpuSeconds);
    return run;
  }

  async database(): Promise<DataSource> {
    this.opened ??= await projectorDataSource(this.pgUrl, 2).initialize();
    return this.opened;
  }

  /** What the log was built of; undefined where this folder was not built by the bench. */
  get builtEvents(): number | undefined {
    const note = join(this.folder, 'bench-log.json');
    return existsSync(note) ? (JSON.parse(readFileSync(note, 'utf8')) as { events: number }).events : undefined;
  }

  async liveBuilds(): Promise<readonly Build[]> {
    return (await readBuilds(await this.database())).filter(({ state }) => state === 'live');
  }

  /** Until every projection has come to the end of the log, and a position, where one is given. Answers the live builds. */
  async untilCaughtUp(position = 0n): Promise<readonly Build[]> {
    for (;;) {
      const builds = await this.liveBuilds();
      const stopped = builds.find(({ stoppage }) => stoppage !== undefined);
      if (stopped) throw new Error(`${stopped.name} was stopped: ${JSON.stringify(stopped.stoppage)}`);
      if (builds.length > 0 && builds.every((build) => build.caughtUp && (build.position ?? -1n) >= position)) return builds;
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Until every projection has its indexes, too. */
  async untilFinished(): Promise<void> {
    await this.untilCaughtUp();
    while (!(await this.liveBuilds()).every(({ isFinished }) => isFinished)) await delay(LOOK_EVERY_MS);
  }

  /**
   * Until no part does anything by itself: the courier of a ledger that an api meets for the first time looks through all
   * of its log, and what a catch-up left to write Postgres would write back over minutes, while every commit waits for the disk.
   */
  async untilAtRest(): Promise<void> {
    await (await this.database()).query('CHECKPOINT');
    for (let still = 0, before = this.cpuSeconds(); still < STILL_LOOKS; ) {
      await delay(REST_LOOK_MS);
      const now = this.cpuSeconds();
      const used = Object.entries(now).reduce((sum, [name, seconds]) => sum + seconds - (before[name] ?? 0), 0);
      still = used * 1_000 < REST_LOOK_MS * MOST_AT_REST ? still + 1 : 0;
      before = now;
    }
  }

  /** Processor seconds used so far by each part, by name. */
  cpuSeconds(): Record<string, number> {
    const names = new Set<PartName | 'command'>([...this.parts.keys(), ...this.endedCpu.keys()]);
    return Object.fromEntries([...names].map((name) => {
      const part = name === 'command' ? undefined : this.parts.get(name);
      return [name, (this.endedCpu.get(name) ?? 0) + (part ? cpuSecondsBelow(part.pid) : 0)];
    }));
  }

  /** The most resident memory of each part so far, in MiB. */
  peakMiB(): Record<string, number> {
    for (const [name, part] of this.parts) this.peaks.set(name, Math.max(this.peaks.get(name) ?? 0, peakMiBBelow(part.pid)));
    return Object.fromEntries(this.peaks);
  }

  private noteEnd(name: PartName, part: PartProcess): void {
    this.endedCpu.set(name, (this.endedCpu.get(name) ?? 0) + cpuSecondsBelow(part.pid));
    this.peaks.set(name, Math.max(this.peaks.get(name) ?? 0, peakMiBBelow(part.pid)));
  }

  private launch(name: PartName, flags: readonly string[]): Promise<PartProcess> {
    switch (name) {
      case 'postgres': return PartProcess.start(name, 'apps/standalone/src/postgres/serve.js', { env: { SOQUY_DATA: this.folder } });
      case 'eventstore': return PartProcess.start(name, 'apps/eventstore/src/main.js', { args: ['--dir', join(this.folder, 'eventstore'), '--port', '0'], flags });
      case 'projector': return PartProcess.start(name, 'apps/projector/src/main.js', { env: this.environment, flags });
      default: return PartProcess.start(name, 'apps/api/src/main.js', { env: this.environment, flags });
    }
  }
}

/** What each part used between two looks, as `api 3.1 s, postgres 2.0 s`. */
export function cpuBetween(before: Record<string, number>, after: Record<string, number>): string {
  return Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)] as const).filter(([, seconds]) => seconds >= 0.05)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`).join(', ');
}
