/**
 * The key of a table that is filled first and gets it afterwards. A unique index, not a primary key: making one lets
 * readers go on, and a build that is shown from the beginning has readers while it is filled.
 */
export function uniqueKey(schema: string, table: string, columns: string): string {
  return `CREATE UNIQUE INDEX ${table}_key ON ${schema}.${table} (${columns})`;
}
