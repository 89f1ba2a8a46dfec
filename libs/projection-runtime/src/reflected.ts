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
  // One column says all of it, since every row repeats it; the instant is a number, since to write one out takes Postgres longest.
  const rows = (await database.query(
    `SELECT concat(c.position, ' ', c.log_id, ' ', (date_part('epoch', c.event_time) * 1000)::bigint) AS reflected, answer.*
     FROM (SELECT 1) AS one LEFT JOIN read.checkpoint c ON c.projection = $${parameters.length + 1}
     LEFT JOIN LATERAL (SELECT true AS reflected_row, asked.* FROM (${sql}) AS asked) AS answer ON true`,
    [...parameters, projection])) as (Row & ReflectedColumns)[];
  const value: Value[] = [];
  for (const row of rows) if (row.reflected_row === true) value.push(valueOf(row));
  return { value, ...reflectionOf(rows[0]?.reflected ?? '  ') };
}

/** Of a query that answers one row at most. */
export async function readReflectedRow<Row extends object>(database: SqlRunner, projection: string, sql: string, parameters: readonly unknown[]): Promise<Reflected<Row | undefined>> {
  const { value: [row], position, logId, eventTime } = await readReflected<Row>(database, projection, sql, parameters, (row) => row);
  return { value: row, position, logId, eventTime };
}

interface ReflectedColumns {
  readonly reflected: string;
  readonly reflected_row: boolean | null;
}

function reflectionOf(text: string): Omit<Reflected<unknown>, 'value'> {
  const [position = '', logId = '', milliseconds = ''] = text.split(' ');
  return {
    position: position === '' ? undefined : BigInt(position), logId: logId === '' ? undefined : logId,
    eventTime: milliseconds === '' ? undefined : new Date(Number(milliseconds)).toISOString(),
  };
}

function withoutReflection<Value>(row: object): Value {
  const { reflected: _reflected, reflected_row: _row, ...rest } = row as ReflectedColumns;
  return rest as Value;
}
