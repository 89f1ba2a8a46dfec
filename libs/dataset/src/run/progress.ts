/** How far an import has come. */
export interface ImportProgress {
  readonly total: number;
  /** Rows that are in the ledger now. */
  readonly done: number;
  /** Of these, the ones that this run booked; the others were there before. */
  readonly booked: number;
  readonly elapsedMs: number;
  /** Rows per second since the start. */
  readonly rate: number;
  /** Seconds left at this rate; undefined before the first row. */
  readonly secondsLeft: number | undefined;
}

/** Counts rows; reports go out at most every `everyMs`, and at the end. */
export class ProgressMeter {
  private done = 0;
  private booked = 0;
  private position = 0n;
  private lastReport: number;
  private readonly startedAt: number;

  constructor(
    private readonly total: number,
    private readonly report: (progress: ImportProgress) => void,
    private readonly now: () => number,
    private readonly everyMs = 100,
  ) {
    this.startedAt = now();
    this.lastReport = this.startedAt;
  }

  /** The highest log position that an answer named. */
  get highestPosition(): bigint {
    return this.position;
  }

  skipped(rows: number): void {
    this.done += rows;
  }

  rowBooked(repeated: boolean, position: bigint): void {
    this.done += 1;
    if (!repeated) this.booked += 1;
    if (position > this.position) this.position = position;
    const now = this.now();
    if (now - this.lastReport < this.everyMs) return;
    this.lastReport = now;
    this.report(this.snapshot());
  }

  snapshot(): ImportProgress {
    const elapsedMs = this.now() - this.startedAt;
    const rate = elapsedMs > 0 ? (this.done * 1000) / elapsedMs : 0;
    const secondsLeft = rate > 0 ? (this.total - this.done) / rate : undefined;
    return { total: this.total, done: this.done, booked: this.booked, elapsedMs, rate, secondsLeft };
  }
}
