import type pg from 'pg';

/** What the driver's connection offers and its type declarations leave out. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * COPY … FROM STDIN with all its rows sent at once behind the statement: Postgres ignores them where it refuses the
 * statement. In the driver's words, which calls back what it hears.
 */
class CopyIn implements pg.Submittable {
  private failure: unknown;
  readonly done: Promise<void>;
  private settle: (failure: unknown) => void = () => undefined;

  constructor(private readonly statement: string, private readonly rows: Buffer) {
    this.done = new Promise((resolve, reject) => {
      this.settle = (failure) => (failure === undefined ? resolve() : reject(failure as Error));
    });
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    stream.cork();
    const wire = connection as unknown as CopyConnection;
    wire.query(this.statement);
    wire.sendCopyFromChunk(this.rows);
    wire.endCopyFrom();
    stream.uncork();
  }

  handleCopyInResponse(): void {
    // The rows are on their way already.
  }

  handleCommandComplete(): void {
    // What counts is that Postgres is ready again.
  }

  /** The driver tells of a refusal, or of a lost connection, and then not that Postgres is ready. */
  handleError(error: unknown): void {
    this.failure = error;
    this.settle(error);
  }

  handleReadyForQuery(): void {
    this.settle(this.failure);
  }
}

/** Sends rows in COPY's binary format to `target`, e.g. `t (a, b)`. The client must be in nobody else's use. */
export function copyIn(client: pg.ClientBase, target: string, rows: Buffer): Promise<void> {
  return client.query(new CopyIn(`COPY ${target} FROM STDIN (FORMAT binary)`, rows)).done;
}
