/** A part that fails this often within the window is not going to recover by being started again. */
const RESTARTS_ALLOWED = 5;
const RESTART_WINDOW_MS = 60_000;
const STEP_MS = 200;

export interface RestartWatch {
  readonly onRestart: (name: string, why: string) => void;
  /** Called once when the part has failed too often. */
  readonly onGivenUp: (name: string, why: string) => void;
}

/** Starts a part again after a fall, a little later each time, and gives up on one that keeps falling. */
export class Restarts {
  private failures: number[] = [];

  constructor(private readonly name: string, private readonly watch: RestartWatch) {}

  after(why: string, start: () => Promise<unknown>): void {
    const now = Date.now();
    this.failures = [...this.failures.filter((at) => now - at < RESTART_WINDOW_MS), now];
    if (this.failures.length > RESTARTS_ALLOWED) {
      this.watch.onGivenUp(this.name, why);
      return;
    }
    this.watch.onRestart(this.name, why);
    setTimeout(() => {
      start().catch((error: unknown) => this.after(error instanceof Error ? error.message : String(error), start));
    }, STEP_MS * this.failures.length);
  }
}
