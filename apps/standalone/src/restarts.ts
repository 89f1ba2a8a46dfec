/** A part that cannot even be started this often within the window is not going to recover by being started again. */
const START_FAILURES_ALLOWED = 5;
/** One that serves each time and falls again gets far more: what fells it may be outside, and may end. */
const FALLS_ALLOWED = 30;
const WINDOW_MS = 60_000;
const STEP_MS = 200;
const LONGEST_WAIT_MS = 1_000;

export interface RestartWatch {
  readonly onRestart: (name: string, why: string) => void;
  /** Called once when the part has failed too often. */
  readonly onGivenUp: (name: string, why: string) => void;
}

/** Starts a part again after a fall, a little later each time, and gives up on one that keeps falling. */
export class Restarts {
  private falls: number[] = [];
  private startFailures: number[] = [];

  constructor(private readonly name: string, private readonly watch: RestartWatch) {}

  /** The part served and fell. */
  after(why: string, start: () => Promise<unknown>): void {
    this.falls = withinWindow(this.falls);
    this.again(why, start);
  }

  private again(why: string, start: () => Promise<unknown>): void {
    if (this.falls.length > FALLS_ALLOWED || this.startFailures.length > START_FAILURES_ALLOWED) {
      this.watch.onGivenUp(this.name, why);
      return;
    }
    this.watch.onRestart(this.name, why);
    const wait = Math.min(STEP_MS * Math.max(1, this.falls.length + this.startFailures.length), LONGEST_WAIT_MS);
    setTimeout(() => {
      start().catch((error: unknown) => {
        this.startFailures = withinWindow(this.startFailures);
        this.again(error instanceof Error ? error.message : String(error), start);
      });
    }, wait);
  }
}

/** Those of the window, and now. */
function withinWindow(moments: readonly number[]): number[] {
  const now = performance.now();
  return [...moments.filter((at) => now - at < WINDOW_MS), now];
}
