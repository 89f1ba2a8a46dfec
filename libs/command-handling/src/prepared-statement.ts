import type { DataSource } from 'typeorm';
import { NamedStatement } from '@ledger/postgres';
import { silenceAllowed, soonOnPostgres } from './postgres-away.js';

/** A named statement of the few that every command needs, which waits no longer than its database is allowed to be silent. */
export class PreparedStatement<Row> {
  private readonly statement: NamedStatement<Row>;

  constructor(name: string, text: string) {
    this.statement = new NamedStatement(name, text);
  }

  /** In a transaction of its own; only for what may be repeated. Throws PostgresAway, and PostgresSilent where nothing comes in time. */
  async rows(database: DataSource, values: readonly unknown[]): Promise<Row[]> {
    return soonOnPostgres(silenceAllowed(database), () => this.statement.rows(database, values));
  }
}
