import type pg from 'pg';
import type { SqlRunner } from '@ledger/projection-runtime';
import { QueryLanes, type Lane } from './query-lanes.js';
import { SilenceWatch } from './silence.js';

/** Each costs some hundred kilobytes in every connection: further statements are sent as they are. */
export const PREPARED_LIMIT = 64;

const RESULT_TYPE_CHANGED = '0A000';
/** What of the kind that is answered at once runs at a time. */
const FEW_CONNECTIONS = 4;
const PATIENCE_MS = 100;
/** After a query's time is over Postgres says so; where it does not, that connection alone is silent. */
const GRACE_MS = 1_000;

export interface QueryConnections {
  readonly url: string;
  /** At most so many at a time; a query waits for one. */
  readonly connections: number;
  readonly connectMs: number;
  /** A query that runs longer is cut off by Postgres. */
  readonly queryMs: number;
  /** Where Postgres says nothing at all for so long, and then for as long again when it is asked, queries are given up. */
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
  private readonly lanes: QueryLanes;
  private readonly watch: SilenceWatch;
  private readonly names = new Map<string, string>();

  constructor({ url, connections, connectMs, queryMs, silenceMs, onLost }: QueryConnections) {
    const connection: pg.ClientConfig = {
      connectionString: url, application_name: 'so-quy-queries', connectionTimeoutMillis: connectMs, keepAlive: true, query_timeout: queryMs + GRACE_MS,
      options: `-c default_transaction_read_only=on -c statement_timeout=${queryMs} -c plan_cache_mode=force_generic_plan`,
    };
    this.lanes = new QueryLanes({ connection, few: Math.min(FEW_CONNECTIONS, connections), most: connections, patienceMs: PATIENCE_MS, onLost });
    this.watch = new SilenceWatch({ connection, suspectMs: silenceMs, answerMs: silenceMs, onSilent: (reason) => { onLost(reason); this.lanes.cut(reason); } });
  }

  async query(text: string, values: unknown[] = []): Promise<unknown> {
    const name = this.nameOf(text);
    try {
      return await this.run(name === undefined ? { text, values } : { name, text, values });
    } catch (error) {
      if (!isOutdated(error)) throw error;
    }
    // It was prepared for a view that has other types by now. That connection was given up, as after any error.
    return this.run({ text, values });
  }

  async close(): Promise<void> {
    this.watch.stop();
    await this.lanes.close();
  }

  private async run(query: pg.QueryConfig): Promise<unknown> {
    this.watch.asked();
    let lane: Lane | undefined;
    let failed = true;
    try {
      lane = await this.lanes.take();
      const { rows } = await lane.client.query(query);
      failed = false;
      return rows;
    } finally {
      this.watch.answered();
      if (lane) this.lanes.giveBack(lane, failed);
    }
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
