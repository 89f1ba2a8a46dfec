import type { DataSource } from 'typeorm';

interface Pool {
  query(statement: { readonly name: string; readonly text: string; readonly values: readonly unknown[] }): Promise<{ readonly rows: unknown[] }>;
}

/**
 * A statement that each connection has Postgres read and plan once; it is then sent in one message each way. For the few
 * that nearly every request needs. Names are unique within the process.
 */
export class NamedStatement<Row> {
  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {}

  /** In a transaction of its own. Rejects with what the driver says. */
  async rows(database: DataSource, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await poolOf(database).query({ name: this.name, text: this.text, values });
    return rows as Row[];
  }
}

/** TypeORM's own pool, whose doors to it know no names for statements. */
function poolOf(database: DataSource): Pool {
  const { driver } = database;
  const pool = 'master' in driver ? (driver.master as Pool | undefined) : undefined;
  if (!pool) throw new Error('driver not connected');
  return pool;
}
