import type { EventStore } from '@ledger/event-store';
import type { DataSource } from 'typeorm';
import { BuildLocks } from './build-locks.js';
import { BuildRunner } from './build-runner.js';
import type { Build, BuildState } from './builds.js';
import { ensureProjections, makeAskedBuilds, readBuilds } from './builds.js';
import { dropBuild } from './drop-build.js';
import { finishBuild } from './finish-build.js';
import { LogFeed } from './log-feed.js';
import { isPassingFailure } from './passing-failure.js';
import { reasonOf } from './poison-event.js';
import type { Projection } from './projection.js';
import { switchBuild } from './switch-build.js';
import { Wakeup } from './wakeup.js';

const ROUND_MS = 1_000;
/** Who asks for a build often asks for more: the log is read once for all that come one so soon after the other. */
const ASKED_TOGETHER_MS = 100;
/** How many builds get their indexes at a time: each keeps one process of Postgres busy with sorting. */
const MOST_FINISHING = 2;

export interface ProjectorOptions {
  readonly database: DataSource;
  readonly store: EventStore;
  readonly projections: readonly Projection[];
  /** Shown in the registry as the writer of a build: host and process. */
  readonly writer: string;
  /** Told of everything that an operator should know; no personal data. */
  /** How often it looks whether anything has changed that nobody told it of; every second, if nothing is said. */
  readonly roundMs?: number;
  readonly report: (level: 'info' | 'warn' | 'error', message: string, details: Readonly<Record<string, string>>) => void;
}

/**
 * Keeps every build whose code is here written by exactly one process: takes the locks that are free, starts a writer
 * for each, reads the log once for all live builds and once for those being built beside, and switches a build to live
 * when it has caught up. A standby does the same rounds and gets the locks when the first one dies.
 */
export class Projector {
  private readonly locks: BuildLocks;
  private readonly runners = new Map<string, BuildRunner>();
  private readonly feeds = new Map<BuildState, LogFeed>();
  private readonly wakeup = new Wakeup();
  private stopping = false;
  private done: Promise<void> | undefined;
  /** Builds that get their indexes, by their keys, beside the rounds: with many rows that takes a while. */
  private readonly finishing = new Map<string, Promise<void>>();
  private logId = '';
  private asked: NodeJS.Timeout | undefined;

  constructor(private readonly options: ProjectorOptions) {
    this.locks = new BuildLocks(options.database, () => this.hearOfBuild());
  }

  /** Creates what is missing, then works until `stop`. Resolves when the first round is done; throws where Postgres or the store is away. */
  async start(): Promise<void> {
    this.logId = await this.options.store.logId();
    await ensureProjections(this.options.database, this.options.projections);
    await this.round();
    this.done = this.rounds();
  }

  /** Finishes the writes under way and gives the locks back. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeup.wake();
    await this.done;
    await this.stopAll();
    await this.locks.close();
  }

  private hearOfBuild(): void {
    if (this.asked) this.asked.refresh();
    else this.asked = setTimeout(() => this.wakeup.wake(), ASKED_TOGETHER_MS).unref();
  }

  private async rounds(): Promise<void> {
    while (!this.stopping) {
      await this.wakeup.wait(this.options.roundMs ?? ROUND_MS);
      if (!this.stopping) await this.roundOrWait();
    }
  }

  /** Postgres being away is waited out, and so is anything else that goes wrong in a round: the next one may do better. */
  private async roundOrWait(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.options.report(isPassingFailure(error) ? 'warn' : 'error', 'a round of the projector failed', { reason: reasonOf(error) });
    }
    const lost = [...this.runners.values()].filter((runner) => !this.locks.isHeld(runner.build.name, runner.build.build));
    if (lost.length === 0) return;
    this.options.report('warn', 'locks are lost: writing stops until they are taken again', {});
    await this.stopAll();
  }

  private async round(): Promise<void> {
    await this.locks.check();
    await this.noticeAnotherLog();
    const builds = await this.readMade();
    const wanted = builds.filter((build) => (build.state === 'live' || build.state === 'building') && this.projectionOf(build) !== undefined);
    await this.stopUnwanted(wanted);
    for (const build of wanted) await this.ensureRunner(build);
    await this.ensureFeeds(wanted);
    await this.tellHealth(wanted);
    await this.finishAndSwitch(wanted);
    for (const build of builds) if (build.state === 'old') await this.drop(build);
  }

  /** All builds, after those that were asked for have been given their tables. */
  private async readMade(): Promise<Build[]> {
    const builds = await readBuilds(this.options.database);
    const asked = builds.filter((build) => build.state === 'asked');
    if (asked.length === 0) return builds;
    await makeAskedBuilds(this.options.database, asked, this.options.projections);
    return readBuilds(this.options.database);
  }

  /** Rows made from one log must not be mixed with another's: every build is taken up afresh, and its checkpoint tells. */
  private async noticeAnotherLog(): Promise<void> {
    if (![...this.feeds.values()].some((feed) => feed.sawAnotherLog)) return;
    this.logId = await this.options.store.logId();
    this.options.report('error', 'another log answers', { logId: this.logId });
    await this.stopAll();
  }

  private projectionOf(build: Build): Projection | undefined {
    return this.options.projections.find((projection) => projection.name === build.name && projection.version === build.version);
  }

  private async ensureRunner(build: Build): Promise<void> {
    const key = keyOf(build);
    const present = this.runners.get(key);
    if (present && (present.isRunning || present.ended === 'stopped')) return;
    this.runners.delete(key);
    const projection = this.projectionOf(build);
    if (!projection || !(await this.locks.take(build.name, build.build))) return;
    // What the former writer wrote last is read after the lock is ours, so that no stretch is left out.
    const current = (await readBuilds(this.options.database)).find((one) => keyOf(one) === key);
    if (!current) return;
    await this.options.database.query('UPDATE projection.build SET stoppage = NULL, hindrance = NULL, caught_up = false, writer = $3 WHERE name = $1 AND build = $2',
      [build.name, build.build, this.options.writer]);
    this.runners.set(key, new BuildRunner(this.options.database, projection, current, this.logId, () => this.wakeup.wake()));
    this.options.report('info', 'writing a projection', { projection: build.name, build: String(build.build), state: build.state, position: String(current.position ?? 'beginning') });
  }

  private async stopUnwanted(wanted: readonly Build[]): Promise<void> {
    const keys = new Set(wanted.map(keyOf));
    for (const [key, runner] of this.runners) {
      if (keys.has(key)) continue;
      await runner.stop();
      this.runners.delete(key);
      await this.locks.free(runner.build.name, runner.build.build);
    }
  }

  /** A feed whose builds have changed is read afresh from where the furthest behind of them stands. */
  private async ensureFeeds(wanted: readonly Build[]): Promise<void> {
    for (const state of ['live', 'building'] as const) {
      const runners = wanted.filter((build) => build.state === state).map((build) => this.runners.get(keyOf(build))).filter((one) => one !== undefined);
      const feed = this.feeds.get(state);
      const isSame = feed !== undefined && feed.runners.length === runners.length && runners.every((runner) => feed.runners.includes(runner));
      if (isSame || (runners.length === 0 && !feed)) continue;
      await feed?.stop();
      this.feeds.delete(state);
      if (runners.length > 0) this.feeds.set(state, new LogFeed(this.options.store, this.logId, runners));
    }
  }

  /** One statement for all builds that this process writes. */
  private async tellHealth(wanted: readonly Build[]): Promise<void> {
    const told = wanted.flatMap((build) => {
      const runner = this.runners.get(keyOf(build));
      if (!runner) return [];
      if (runner.stoppage && !build.stoppage) this.options.report('error', 'a projection has stopped', { projection: build.name, ...runner.stoppage.event, reason: runner.stoppage.reason });
      return [{ name: build.name, build: build.build, stoppage: runner.stoppage ?? null, hindrance: runner.hindrance ?? this.feeds.get(build.state)?.hindrance ?? null, caught_up: runner.isCaughtUp }];
    });
    if (told.length === 0) return;
    await this.options.database.query(
      `UPDATE projection.build b SET stoppage = t.stoppage, hindrance = t.hindrance, caught_up = t.caught_up, writer = $2, heartbeat_at = now()
       FROM jsonb_to_recordset($1) AS t(name text, build integer, stoppage jsonb, hindrance text, caught_up boolean) WHERE b.name = t.name AND b.build = t.build`,
      [JSON.stringify(told), this.options.writer]);
  }

  private async finishAndSwitch(wanted: readonly Build[]): Promise<void> {
    for (const build of wanted) {
      const runner = this.runners.get(keyOf(build));
      // One that an event has stopped is read as it is: readers need its indexes all the same.
      const isShownStopped = build.state === 'live' && runner?.stoppage?.event !== undefined;
      if (!runner || !(runner.isNearlyCaughtUp || isShownStopped)) continue;
      if (!build.isFinished) { this.beginToFinish(build, runner); continue; }
      if (build.state !== 'building') continue;
      if (!(await switchBuild(this.options.database, runner.projection, build.build))) continue;
      this.options.report('info', 'switched to a new build', { projection: build.name, build: String(build.build) });
      this.wakeup.wake();
    }
  }

  private beginToFinish(build: Build, runner: BuildRunner): void {
    const key = keyOf(build);
    if (!this.finishing.has(key) && this.finishing.size < MOST_FINISHING) this.finishing.set(key, this.finish(build, runner));
  }

  private async finish(build: Build, runner: BuildRunner): Promise<void> {
    try {
      await finishBuild(this.options.database, runner.projection, build);
    } catch (error) {
      if (isPassingFailure(error)) this.options.report('warn', 'a build could not be finished yet', { projection: build.name, reason: reasonOf(error) });
      else runner.stopFor({ reason: reasonOf(error) });
    }
    this.finishing.delete(keyOf(build));
    this.wakeup.wake();
  }

  /** Another process may still be writing it: then its lock is not to be had yet. */
  private async drop(build: Build): Promise<void> {
    if (!(await this.locks.take(build.name, build.build))) return;
    try {
      if (await dropBuild(this.options.database, build)) this.options.report('info', 'dropped a former build', { projection: build.name, build: String(build.build) });
    } catch (error) {
      if (isPassingFailure(error)) throw error;
      const hindrance = reasonOf(error);
      if (hindrance !== build.hindrance) this.options.report('error', 'a former build cannot be dropped', { projection: build.name, build: String(build.build), reason: hindrance });
      await this.options.database.query('UPDATE projection.build SET hindrance = $3 WHERE name = $1 AND build = $2', [build.name, build.build, hindrance]);
    } finally {
      await this.locks.free(build.name, build.build);
    }
  }

  private async stopAll(): Promise<void> {
    await Promise.all(this.finishing.values());
    await Promise.all([...this.feeds.values()].map((feed) => feed.stop()));
    await Promise.all([...this.runners.values()].map((runner) => runner.stop()));
    this.feeds.clear();
    this.runners.clear();
  }
}

function keyOf(build: { readonly name: string; readonly build: number }): string {
  return `${build.name}/${build.build}`;
}
