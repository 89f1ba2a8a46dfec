import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';

/**
 * Between the pool, which hands a connection over, and TypeORM, which takes it, nobody listens to it for a moment: told
 * just then that Postgres ends it, the process would die of an error without a listener. Whoever asks such a connection
 * is refused in words that say so.
 */
class HeardClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

export interface DatabaseSettings {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  readonly poolSize?: number;
  readonly connectTimeoutMS?: number;
  readonly migrations?: NonNullable<DataSourceOptions['migrations']>;
  /** For the driver's pool, and for whoever reads it there. */
  readonly pool?: Readonly<Record<string, unknown>>;
}

/** A pool of connections to the Postgres at `url`, not opened yet. Nothing is made or changed in it by itself. */
export function databaseAt(url: string, { pool = {}, ...settings }: DatabaseSettings = {}): DataSource {
  return new DataSource({
    ...settings, type: 'postgres', url, installExtensions: false, synchronize: false, migrationsTransactionMode: 'each', extra: { ...pool, Client: HeardClient },
  });
}
