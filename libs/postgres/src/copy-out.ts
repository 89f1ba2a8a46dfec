import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** A table's rows on their way. */
export interface ComingRows {
  /** Resolves after the last row. */
  readonly done: Promise<void>;
  /** Lets Postgres wait; a few rows that are here already still come. */
  pause(): void;
  resume(): void;
}

interface CopyConnection {
  readonly stream: { pause(): unknown; resume(): unknown };
  query(text: string): void;
}

/** COPY … TO STDOUT, in the driver's words, which calls back what it hears. */
class CopyOut implements pg.Submittable, ComingRows {
  private failure: unknown;
  private connection: CopyConnection | undefined;
  private isPaused = false;
  private settle: (failure: unknown) => void = () => undefined;
  readonly done: Promise<void>;

  constructor(private readonly statement: string, private readonly take: (row: Buffer) => void) {
    this.done = new Promise((resolve, reject) => {
      this.settle = (failure) => (failure === undefined ? resolve() : reject(failure as Error));
    });
  }

  submit(connection: pg.Connection): void {
    this.connection = connection as unknown as CopyConnection;
    this.connection.query(this.statement);
    if (this.isPaused) this.connection.stream.pause();
  }

  pause(): void {
    this.isPaused = true;
    this.connection?.stream.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.connection?.stream.resume();
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.take(chunk);
  }

  handleCommandComplete(): void {
    // What counts is that Postgres is ready again.
  }

  handleError(error: unknown): void {
    this.failure = error;
    this.ended(error);
  }

  handleReadyForQuery(): void {
    this.ended(this.failure);
  }

  /** Whatever the connection does next must be heard. */
  private ended(failure: unknown): void {
    this.resume();
    this.connection = undefined;
    this.settle(failure);
  }
}

/** A connection that answers statements and hands over tables row by row. */
export class CopySession {
  constructor(private readonly client: pg.ClientBase) {}

  async query(sql: string, parameters: unknown[] = []): Promise<unknown> {
    return (await this.client.query(sql, parameters)).rows;
  }

  /** Runs `COPY (select) TO STDOUT` with `form`; each row is told with the line end behind it. One at a time. */
  copy(select: string, form: string, take: (row: Buffer) => void): ComingRows {
    return this.client.query(new CopyOut(`COPY (${select}) TO STDOUT (${form})`, take));
  }
}

/** Takes so many connections for as long as `work` lasts. Where it fails they are ended, whatever is still coming over them. */
export async function withCopySessions<Result>(database: DataSource, count: number, work: (sessions: readonly CopySession[]) => Promise<Result>): Promise<Result> {
  const runners = Array.from({ length: count }, () => database.createQueryRunner());
  try {
    // One that is released while it still connects would never be given back: all are waited for.
    const connected = await Promise.allSettled(runners.map((runner) => runner.connect() as Promise<pg.Client>));
    const refused = connected.find((one) => one.status === 'rejected');
    if (refused) throw refused.reason;
    const clients = connected.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    try {
      return await work(clients.map((client) => new CopySession(client)));
    } catch (error) {
      await Promise.all(clients.map((client) => client.end()));
      throw error;
    }
  } finally {
    for (const runner of runners) await runner.release();
  }
}
