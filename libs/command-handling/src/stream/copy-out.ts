import type { DataSource } from 'typeorm';

/** What the driver's connection and client offer. */
interface Connection { query(text: string): void }
interface Client { query(submittable: object): unknown }

// In COPY's binary format: a signature and two numbers before the first row; of a row how many columns, of a column how
// many bytes; in place of a row −1 at the end. Postgres sends each row in a message of its own.
const PREFACE_BYTES = 19;
const ROW_HEAD_BYTES = 6;

/**
 * COPY … TO STDOUT of one column of bytes, in the driver's words, which calls back what it hears. In an ordinary answer
 * the driver takes them as text, two digits a byte, which takes both sides many times as long.
 */
class CopyOut {
  private readonly values: Buffer[] = [];
  private failure: Error | undefined;
  private settle: (failure: Error | undefined) => void = () => undefined;
  readonly done: Promise<Buffer[]>;

  constructor(private readonly statement: string) {
    this.done = new Promise((resolve, reject) => {
      this.settle = (failure) => (failure ? reject(failure) : resolve(this.values));
    });
  }

  submit(connection: Connection): void {
    connection.query(this.statement);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    const row = this.values.length === 0 ? chunk.subarray(PREFACE_BYTES) : chunk;
    // A copy: the driver reads what comes next into the same memory.
    if (row.length >= ROW_HEAD_BYTES) this.values.push(Buffer.from(row.subarray(ROW_HEAD_BYTES)));
  }

  handleCommandComplete(): void {
    // What counts is that Postgres is ready again.
  }

  /** The driver tells of a refusal, or of a lost connection, and then not that Postgres is ready. */
  handleError(error: Error): void {
    this.failure = error;
    this.settle(error);
  }

  handleReadyForQuery(): void {
    this.settle(this.failure);
  }
}

/** The rows of a query that has one column, of bytes that are never null. It takes no parameters. */
export async function copyOut(database: DataSource, query: string): Promise<Buffer[]> {
  const runner = database.createQueryRunner();
  try {
    const client = (await runner.connect()) as Client;
    const copy = new CopyOut(`COPY (${query}) TO STDOUT (FORMAT binary)`);
    client.query(copy);
    return await copy.done;
  } finally {
    await runner.release();
  }
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
