import pg from 'pg';
import type { SqlRunner } from '@ledger/projection-runtime';

/** Each costs some hundred kilobytes in every connection: further statements are sent as they are. */
export const PREPARED_LIMIT = 64;

const RESULT_TYPE_CHANGED = '0A000';

export interface QueryConnections {
  readonly url: string;
  /** At most so many at a time; a query waits for one. */
  readonly connections: number;
  readonly connectMs: number;
  /** A query that runs longer is cut off by Postgres. */
  readonly queryMs: number;
  /** A query is given up where Postgres is silent for longer. */
  readonly silenceMs: number;
  /** Told why a connection that nobody was using was lost; the next query opens another. */
  readonly onLost: (reason: Error) => void;
}

/**
 * Read-only connections on which every statement is prepared under a name of its own. The views that queries read have
 * dozens of columns: to parse, rewrite and plan such a statement takes Postgres several times as long as to run it.
 * Plans are made once for all parameters, which suits queries that come by a key. Rejects with what Postgres says.
 */
export class PreparedQueries implements SqlRunner {
  private readonly pool: pg.Pool;
  private readonly names = new Map<string, string>();

  constructor({ url, connections, connectMs, queryMs, silenceMs, onLost }: QueryConnections) {
    this.pool = new pg.Pool({
      connectionString: url, max: connections, application_name: 'so-quy-queries', connectionTimeoutMillis: connectMs, keepAlive: true, query_timeout: silenceMs,
      options: `-c default_transaction_read_only=on -c statement_timeout=${queryMs} -c plan_cache_mode=force_generic_plan`,
    });
    this.pool.on('error', onLost);
  }

  async query(text: string, values: unknown[] = []): Promise<unknown> {
    const name = this.nameOf(text);
    try {
      return (await this.pool.query(name === undefined ? { text, values } : { name, text, values })).rows;
    } catch (error) {
      if (!isOutdated(error)) throw error;
    }
    // It was prepared for a view that has other types by now. The pool has given that connection up, as after any error.
    return (await this.pool.query(text, values)).rows;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private nameOf(text: string): string | undefined {
    let name = this.names.get(text);
    if (name === undefined && this.names.size < PREPARED_LIMIT) this.names.set(text, (name = `q${this.names.size}`));
    return name;
  }
}

function isOutdated(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === RESULT_TYPE_CHANGED;
}
