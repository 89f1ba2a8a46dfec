import type { SqlRunner } from './database.js';

/** An answer and how much of the log it reflects. `position` is undefined where the projection has seen nothing yet. */
export interface Reflected<Value> {
  readonly value: Value;
  readonly position: bigint | undefined;
  readonly logId: string | undefined;
  /** When the last event reflected was recorded, ISO 8601. */
  readonly eventTime: string | undefined;
}

/**
 * Rows of a query on the views of one projection, with the checkpoint as of the same snapshot: one statement reads
 * both. `sql` is a SELECT without a final semicolon and decides the order; its columns need names of their own. Answers
 * what `valueOf` makes of each row: the row itself, where it is left out.
 */
export async function readReflected<Row extends object, Value = Row>(
  database: SqlRunner, projection: string, sql: string, parameters: readonly unknown[], valueOf: (row: Row) => Value = withoutReflection,
): Promise<Reflected<Value[]>> {
  const rows = (await database.query(
    `SELECT c.position::text AS reflected_position, c.log_id AS reflected_log_id,
       to_char(c.event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS reflected_time, answer.*
     FROM (SELECT 1) AS one LEFT JOIN read.checkpoint c ON c.projection = $${parameters.length + 1}
     LEFT JOIN LATERAL (SELECT true AS reflected_row, asked.* FROM (${sql}) AS asked) AS answer ON true`,
    [...parameters, projection])) as (Row & ReflectedColumns)[];
  const first = rows[0];
  return {
    value: rows.filter((row) => row.reflected_row === true).map((row) => valueOf(row)),
    position: first?.reflected_position == null ? undefined : BigInt(first.reflected_position),
    logId: first?.reflected_log_id ?? undefined,
    eventTime: first?.reflected_time ?? undefined,
  };
}

interface ReflectedColumns {
  readonly reflected_position: string | null;
  readonly reflected_log_id: string | null;
  readonly reflected_time: string | null;
  readonly reflected_row: boolean | null;
}

function withoutReflection<Value>(row: object): Value {
  const { reflected_position: _position, reflected_log_id: _logId, reflected_time: _time, reflected_row: _row, ...rest } = row as ReflectedColumns;
  return rest as Value;
}
