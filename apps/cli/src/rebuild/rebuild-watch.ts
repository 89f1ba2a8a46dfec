import { readBuilds, type Build, type SqlRunner } from '@ledger/projection-runtime';
import type { Progress } from '../progress-display.js';

/** A build that is waited for. */
export interface AwaitedBuild { readonly name: string; readonly build: number }

export type WatchState =
  | { readonly kind: 'building'; readonly progress: Progress; readonly isAttended: boolean }
  | { readonly kind: 'live' }
  /** An event, or another log, stopped it: more waiting does not help. */
  | { readonly kind: 'stopped'; readonly projection: string; readonly reason: string }
  /** Somebody asked for another in its place. */
  | { readonly kind: 'replaced'; readonly projection: string };

/** A projector tells its health every second; one that has been silent for so long is gone. */
const HEARTBEAT_MS = 15_000;
/** The rate is that of the last so many milliseconds. */
const RATE_OVER_MS = 10_000;

/** Follows builds that the projector makes, by what it writes down about them. */
export class RebuildWatch {
  private readonly startedAt = performance.now();
  private readonly marks: { readonly at: number; readonly done: number }[] = [];

  constructor(private readonly database: SqlRunner, private readonly awaited: readonly AwaitedBuild[]) {}

  async look(): Promise<WatchState> {
    const builds = await readBuilds(this.database);
    const pending: { readonly build: Build; readonly goal: bigint }[] = [];
    for (const { name, build: number } of this.awaited) {
      const build = builds.find((one) => one.name === name && one.build === number);
      if (!build || build.state === 'old' || build.state === 'kept') return { kind: 'replaced', projection: name };
      if (build.state === 'live') continue;
      if (build.stoppage) return { kind: 'stopped', projection: name, reason: build.stoppage.reason };
      pending.push({ build, goal: builds.find((one) => one.name === name && one.state === 'live')?.events ?? 0n });
    }
    if (pending.length === 0) return { kind: 'live' };
    return { kind: 'building', progress: this.progressOf(pending, builds), isAttended: builds.some(isAttended) };
  }

  /** In events of the log. Builds are filled side by side, so the one furthest behind says how far all are. */
  private progressOf(pending: readonly { readonly build: Build; readonly goal: bigint }[], builds: readonly Build[]): Progress {
    const total = Number(builds.reduce((most, { events }) => (events > most ? events : most), 0n));
    const done = Math.min(...pending.map(({ build, goal }) => (build.events < goal ? Number(build.events) : total)), total);
    const at = performance.now();
    this.marks.push({ at, done });
    while (this.marks.length > 2 && at - (this.marks[1]?.at ?? at) > RATE_OVER_MS) this.marks.shift();
    const first = this.marks[0] ?? { at, done };
    const rate = at > first.at ? ((done - first.done) * 1000) / (at - first.at) : 0;
    return { total, done, elapsedMs: at - this.startedAt, rate, secondsLeft: rate > 0 ? (total - done) / rate : undefined };
  }
}

function isAttended({ heartbeatAgeMs }: Build): boolean {
  return heartbeatAgeMs !== undefined && heartbeatAgeMs < HEARTBEAT_MS;
}
