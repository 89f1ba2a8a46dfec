import type { RowSubmission } from '../submission.js';
import type { ImportAnswer } from './answers.js';
import type { Submissions } from '../rows/submissions.js';
import { bookInOrder, WINDOW, type Run, type Stop } from './lane.js';
import { Permits } from './permits.js';
import { laneOf, type ImportPlan } from './plan.js';
import { ProgressMeter, type ImportProgress } from './progress.js';

export interface RunOptions {
  /** The ledger; the same command id may be sent again. */
  readonly execute: (submission: RowSubmission) => Promise<ImportAnswer>;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops the import: what is under way is waited for, nothing more is sent. */
  readonly signal?: AbortSignal;
  /** Rows under way at the same time. */
  readonly inFlight?: number;
  /** Attempts at a row that the ledger cannot take now, before the import gives up; about five seconds lie between the later ones. */
  readonly attempts?: number;
  /** Rows known to be booked already, by command id. They are not sent again, unless they may have something open. */
  readonly alreadyBooked?: ReadonlySet<string>;
  readonly pause?: (milliseconds: number) => Promise<void>;
  readonly now?: () => number;
}

/** How an import ended. After any stop the same import may be run again: it goes on where it was. */
export type RunReport =
  | { readonly kind: 'complete'; readonly progress: ImportProgress; readonly position: bigint }
  | { readonly kind: 'stopped'; readonly stop: Stop; readonly progress: ImportProgress; readonly position: bigint };

const IN_FLIGHT = 2_000;
const ATTEMPTS = 30;

/** Writes a checked set: stage by stage, then the movements of each stream in posted order, streams beside each other. */
export async function runImport(plan: ImportPlan, options: RunOptions): Promise<RunReport> {
  const all = plan.stages.reduce((sum, stage) => sum + stage.length, plan.movements.length);
  const progress = new ProgressMeter(all, options.onProgress ?? (() => undefined), options.now ?? (() => performance.now()));
  let stop: Stop | undefined;
  const run: Run = {
    execute: options.execute,
    permits: new Permits(options.inFlight ?? IN_FLIGHT),
    progress,
    attempts: options.attempts ?? ATTEMPTS,
    pause: options.pause ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
    stop: (reason) => (stop ??= reason),
    stopped: () => {
      if (options.signal?.aborted) stop ??= { kind: 'aborted' };
      return stop !== undefined;
    },
  };
  const known = options.alreadyBooked ?? new Set<string>();
  for (const stage of plan.stages) await bookStage(stage, openOf(stage, known, progress), run);
  await bookMovements(plan.movements, openOf(plan.movements, known, progress), run);
  options.onProgress?.(progress.snapshot());
  const end = { progress: progress.snapshot(), position: progress.highestPosition };
  return stop ? { kind: 'stopped', stop, ...end } : { kind: 'complete', ...end };
}

/** A fund and a transfer are sent again even so: a crash may have left the second half of them open. */
function openOf(rows: Submissions, known: ReadonlySet<string>, progress: ProgressMeter): Uint32Array {
  const open = new Uint32Array(rows.length);
  let found = 0;
  for (let at = 0; at < rows.length; at += 1) if (known.size === 0 || isOpen(rows.at(at), known)) open[found++] = at;
  progress.skipped(rows.length - found);
  return open.subarray(0, found);
}

function isOpen({ commandId, command }: RowSubmission, known: ReadonlySet<string>): boolean {
  return !known.has(commandId) || command.type === 'OpenFund' || command.type === 'SendTransfer';
}

async function bookStage(rows: Submissions, open: Uint32Array, run: Run): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < open.length && !run.stopped()) await bookInOrder(rows, [open[next++]!], run);
  };
  await Promise.all(Array.from({ length: Math.min(open.length, IN_FLIGHT) }, worker));
}

/** Each stream is a lane; where a transfer leaves one and arrives in another, both are at that row together. */
async function bookMovements(rows: Submissions, open: Uint32Array, run: Run): Promise<void> {
  const crossings: Crossing[] = [];
  const lanes = new Map<string, LaneItem[]>();
  const lane = (stream: string): LaneItem[] => {
    let items = lanes.get(stream);
    if (!items) lanes.set(stream, (items = []));
    return items;
  };
  for (const at of open) {
    const { stream, feeds } = laneOf(rows.at(at));
    if (feeds === undefined) {
      lane(stream).push(at);
      continue;
    }
    const crossing = new Crossing();
    crossings.push(crossing);
    lane(stream).push({ kind: 'leaves', at, crossing });
    lane(feeds).push({ kind: 'arrives', crossing });
  }
  await Promise.all([...lanes.values()].map(async (items) => {
    await walkLane(rows, items, run);
    // Whoever waits for a transfer that will not come any more has to hear of the stop.
    if (run.stopped()) for (const crossing of crossings) crossing.giveUp();
  }));
}

/** A row by its place among the movements; one that leaves for another lane; one that arrives from there. */
type LaneItem =
  | number
  | { readonly kind: 'leaves'; readonly at: number; readonly crossing: Crossing }
  | { readonly kind: 'arrives'; readonly crossing: Crossing };

/**
 * Waits only ever for rows that were posted earlier, so lanes never wait for each other in a circle. Answers when the
 * lane is at its end, or the import has stopped.
 */
async function walkLane(rows: Submissions, items: readonly LaneItem[], run: Run): Promise<void> {
  let window: number[] = [];
  for (const item of items) {
    if (typeof item === 'number') {
      window.push(item);
      if (window.length < WINDOW) continue;
    }
    if (!(await bookInOrder(rows, window, run))) return;
    window = [];
    if (typeof item === 'number') continue;
    if (item.kind === 'leaves') {
      await item.crossing.opened;
      if (!(await bookInOrder(rows, [item.at], run))) return;
      item.crossing.arrive();
    } else {
      item.crossing.open();
      await item.crossing.arrived;
    }
    if (run.stopped()) return;
  }
  await bookInOrder(rows, window, run);
}

/** A transfer between two lanes: it leaves when the other lane has come to it, and that lane goes on when it has arrived. */
class Crossing {
  open!: () => void;
  arrive!: () => void;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
  readonly arrived = new Promise<void>((resolve) => (this.arrive = resolve));

  giveUp(): void {
    this.open();
    this.arrive();
  }
}
