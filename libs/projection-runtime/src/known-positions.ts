import { LOG_STREAM } from '@ledger/event-store';
import type { RecordedEvent } from '@ledger/kernel';
import { columnArrays, unnested } from './bulk-rows.js';
import type { SqlRunner } from './database.js';
import type { Transaction } from './projection.js';
import { readReflected } from './reflected.js';
import type { Reflected } from './reflected.js';

const TABLE = 'recorded_high';
const COLUMNS = { recorded_at: 'timestamptz', position: 'bigint' } as const;
/** Below the position of any event. */
const BEFORE_ALL = -1n;

/**
 * What was known at an instant is the longest prefix of the log whose events were all recorded by then. It ends where
 * the first event stands that was recorded later than every one before it and later than the instant: so the table
 * keeps, of all events, those recorded later than every one before. For that the projection has to be given every event
 * there is: its `handles` names all types. The log's own name is no fact of the ledger and does not count.
 */
export class KnownPositions {
  /** `view` is the name of the view in `read` that shows the table. */
  constructor(private readonly view: string) {}

  definition(schema: string): string {
    return `CREATE TABLE ${schema}.${TABLE} (recorded_at timestamptz PRIMARY KEY, position bigint NOT NULL)`;
  }

  views(schema: string): Record<string, string> {
    return { [this.view]: `SELECT recorded_at, position FROM ${schema}.${TABLE}` };
  }

  /** `batch` is in log order and has every event of its stretch. */
  async add(transaction: Transaction, schema: string, batch: readonly RecordedEvent[]): Promise<void> {
    const highs: [string, bigint][] = [];
    let highest = Number.NEGATIVE_INFINITY;
    let last = '';
    for (const { stream, position, metadata: { recordedAt } } of batch) {
      // A log is named when it is first used, which may be before events of an older log are copied into it.
      if (recordedAt === last || stream === LOG_STREAM) continue;
      last = recordedAt;
      const at = Date.parse(recordedAt);
      if (!(at > highest)) continue;
      highest = at;
      highs.push([recordedAt, position]);
    }
    if (highs.length === 0) return;
    const source = unnested(COLUMNS);
    await transaction.query(
      `INSERT INTO ${schema}.${TABLE} (recorded_at, position) SELECT ${source.select} FROM ${source.from}
       WHERE bulk.recorded_at > coalesce((SELECT max(recorded_at) FROM ${schema}.${TABLE}), '-infinity')`, columnArrays(COLUMNS, highs));
  }

  /**
   * Asks a question about what was known at `knownAt` (ISO 8601): `ask` gets the position that everything known lies
   * before, or undefined where everything counts, and the log's end then. The answer reflects the log as far as it went
   * when the bound was read.
   */
  async ask<Value>(
    database: SqlRunner, projection: string, knownAt: string | undefined, ask: (before: string | undefined, through?: bigint) => Promise<Reflected<Value>>,
  ): Promise<Reflected<Value>> {
    if (knownAt === undefined) return ask(undefined);
    const bound = await readReflected<{ known_before: string | null }>(database, projection,
      `SELECT (SELECT position FROM read.${this.view} WHERE recorded_at > $1::timestamptz ORDER BY recorded_at LIMIT 1)::text AS known_before`, [knownAt]);
    const before = bound.value[0]?.known_before ?? ((bound.position ?? BEFORE_ALL) + 1n).toString();
    return { ...(await ask(before, bound.position)), position: bound.position, logId: bound.logId, eventTime: bound.eventTime };
  }
}
