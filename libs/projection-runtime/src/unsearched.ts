/**
 * Says that nobody looks for rows by these columns: Postgres then keeps no statistics of them. Taking those of thirty sums
 * cost more than the indexes of their table did.
 */
export function unsearched(table: string, columns: readonly string[]): string {
  return `ALTER TABLE ${table} ${columns.map((column) => `ALTER COLUMN ${column} SET STATISTICS 0`).join(', ')}`;
}
