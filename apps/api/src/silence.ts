import pg from 'pg';

export interface SilenceSettings {
  readonly connection: pg.ClientConfig;
  /** When nothing was heard for so long while something is asked, it is asked whether anybody is there. */
  readonly suspectMs: number;
  /** Whoever is there answers within it. */
  readonly answerMs: number;
  readonly onSilent: (reason: Error) => void;
}

/**
 * Tells a Postgres that takes its time from one that is not there any more, though its connections still are: it was
 * stopped, or the network swallows what it says. A query may take long; to be greeted may not.
 */
export class SilenceWatch {
  private readonly looking: NodeJS.Timeout;
  private under = 0;
  private heardAt = 0;
  private asking = false;

  constructor(private readonly settings: SilenceSettings) {
    this.looking = setInterval(() => this.look(), Math.ceil(settings.suspectMs / 5)).unref();
  }

  asked(): void {
    if (this.under === 0) this.heardAt = performance.now();
    this.under += 1;
  }

  answered(): void {
    this.under -= 1;
    this.heardAt = performance.now();
  }

  stop(): void {
    clearInterval(this.looking);
  }

  private look(): void {
    if (this.under === 0 || this.asking || performance.now() - this.heardAt < this.settings.suspectMs) return;
    this.asking = true;
    this.greet().then(() => (this.heardAt = performance.now()), (error: unknown) => {
      // The words by which this is known to pass.
      this.settings.onSilent(new Error('Connection terminated: Postgres says nothing', { cause: error }));
    }).finally(() => (this.asking = false));
  }

  private async greet(): Promise<void> {
    const { connection, answerMs } = this.settings;
    const client = new pg.Client({ ...connection, connectionTimeoutMillis: answerMs, query_timeout: answerMs });
    let lost: Error | undefined;
    client.on('error', (reason) => (lost = reason));
    await client.connect();
    try {
      await client.query('SELECT');
      if (lost) throw lost;
    } finally {
      // Not waited for: a silent one would not let go.
      client.end().catch((reason: Error) => (lost = reason));
    }
  }
}
