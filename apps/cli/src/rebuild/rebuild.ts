import { setTimeout as delay } from 'node:timers/promises';
import { askForRebuild, askForReturn, readBuilds, type ReturnAnswer } from '@ledger/projection-runtime';
import type { DataSource } from 'typeorm';
import { RebuildWatch, type AwaitedBuild, type WatchState } from './rebuild-watch.js';

export interface RebuildWishes {
  /** A projection's name, or `all`. */
  readonly projection: string;
  readonly keep: boolean;
  readonly back: boolean;
  readonly signal: AbortSignal;
  readonly onState: (state: Extract<WatchState, { kind: 'building' }>) => void;
}

export type RebuildOutcome =
  | { readonly kind: 'live'; readonly builds: readonly AwaitedBuild[] }
  | { readonly kind: 'no_such_projection'; readonly known: readonly string[] }
  /** Nothing was asked for: going back is not possible for these. */
  | { readonly kind: 'no_way_back'; readonly why: readonly { readonly name: string; readonly answer: ReturnAnswer }[] }
  | Extract<WatchState, { kind: 'stopped' | 'replaced' }>
  /** Watching ended as asked; the projector goes on. */
  | { readonly kind: 'left_to_the_projector' };

/** Nobody reads faster, and what the command uses of the machine its projector goes without. */
const LOOK_EVERY_MS = 500;
/** Once the builds are full, what is left of small ones takes no time; of large ones their indexes are made, and nobody need look so often. */
const LOOK_AT_END_MS = 50;
const END_MS = 2_000;

/** Asks the projector for the builds and watches until they are live. Safe to repeat: what is under way is joined. */
export async function rebuild(database: DataSource, wishes: RebuildWishes): Promise<RebuildOutcome> {
  const known = [...new Set((await readBuilds(database)).map(({ name }) => name))];
  const names = wishes.projection === 'all' ? known : known.filter((name) => name === wishes.projection);
  if (names.length === 0) return { kind: 'no_such_projection', known };
  const asked = wishes.back ? await askBack(database, names, wishes) : await askAnew(database, names, wishes.keep);
  return 'kind' in asked ? asked : watch(database, asked, wishes);
}

async function askAnew(database: DataSource, names: readonly string[], keep: boolean): Promise<readonly AwaitedBuild[]> {
  const asked: AwaitedBuild[] = [];
  for (const name of names) {
    const answer = await askForRebuild(database, name, keep);
    if (answer.kind === 'under_way') asked.push({ name, build: answer.build });
  }
  return asked;
}

/** Of all projections those go back that have something to go back to; it is an error where none has, or the named one has not. */
async function askBack(database: DataSource, names: readonly string[], { keep }: RebuildWishes): Promise<readonly AwaitedBuild[] | RebuildOutcome> {
  const asked: AwaitedBuild[] = [];
  const why: { name: string; answer: ReturnAnswer }[] = [];
  for (const name of names) {
    const answer = await askForReturn(database, name, keep);
    if (answer.kind === 'under_way') asked.push({ name, build: answer.build });
    else why.push({ name, answer });
  }
  return asked.length > 0 ? asked : { kind: 'no_way_back', why };
}

async function watch(database: DataSource, asked: readonly AwaitedBuild[], { signal, onState }: RebuildWishes): Promise<RebuildOutcome> {
  const watching = new RebuildWatch(database, asked);
  let [toldAt, fullAt] = [-Infinity, Infinity];
  while (!signal.aborted) {
    const state = await watching.look();
    if (state.kind === 'live') return { kind: 'live', builds: asked };
    if (state.kind !== 'building') return state;
    const now = performance.now();
    if (state.progress.done >= state.progress.total) fullAt = Math.min(fullAt, now);
    if (now - toldAt >= LOOK_EVERY_MS) {
      onState(state);
      toldAt = now;
    }
    await delay(now >= fullAt && now < fullAt + END_MS ? LOOK_AT_END_MS : LOOK_EVERY_MS);
  }
  return { kind: 'left_to_the_projector' };
}
