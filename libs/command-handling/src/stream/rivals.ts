/** Wins after a loss during which others are still expected to write to the stream. */
const REMEMBERED_WINS = 8;
const LONGEST_WAIT_MS = 100;
/** Commands that are tried together after the second loss in a row; half as many after each further one. */
const TRIED_TOGETHER = 8;

/**
 * The pace of a queue whose stream other processes write to as well. Whoever loses waits, the longer the more often, so
 * that its next batch is larger; and who has lost lately waits after winning, too, long enough for a rival to read what
 * was written and append: without that the winner would be back first each time. Alone, nobody waits.
 */
export class Rivals {
  private losses = 0;
  private winsToWait = 0;
  private appendMs = 1;

  /** Whether somebody else has probably written since: reading first is cheaper than losing. */
  get expected(): boolean {
    return this.winsToWait > 0;
  }

  /**
   * So many commands at most may be decided together. To decide many takes long, and a rival who never loses does not know
   * that anybody waits: a small batch is quick enough to come between, and from then on both make room for each other.
   */
  get mostTogether(): number {
    return this.losses < 2 ? Number.POSITIVE_INFINITY : Math.max(1, TRIED_TOGETHER >> (this.losses - 2));
  }

  async timed<Result>(append: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      return await append();
    } finally {
      this.appendMs = performance.now() - startedAt;
    }
  }

  async afterLoss(): Promise<void> {
    this.losses += 1;
    this.winsToWait = REMEMBERED_WINS;
    // The first time it is merely behind; its rival is waiting after the win.
    await wait(Math.random() * Math.min(LONGEST_WAIT_MS, this.appendMs * (2 ** Math.min(this.losses, 10) - 2)));
  }

  async afterWin(): Promise<void> {
    this.losses = 0;
    if (this.winsToWait === 0) return;
    this.winsToWait -= 1;
    await wait(Math.min(LONGEST_WAIT_MS, this.appendMs * (2 + Math.random())));
  }
}

async function wait(milliseconds: number): Promise<void> {
  if (milliseconds >= 0.5) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
