import { insertRows } from './bulk-rows.js';
import type { Transaction } from './projection.js';

/** From a unit up to its root, itself first. */
export interface Paths {
  /** Throws for a unit that is not in the tree. */
  of(unitId: string): readonly string[];
}

/** A table of the units of a tree, each with the path to its root, so that a figure can be rolled up without recursion. */
export class TreePaths {
  constructor(private readonly table: string) {}

  definition(schema: string): string {
    return `CREATE TABLE ${schema}.${this.table} (unit_id uuid PRIMARY KEY, path uuid[] NOT NULL)`;
  }

  /** Adds units in the order in which they were registered: parents first. */
  async add(transaction: Transaction, schema: string, units: readonly { readonly id: string; readonly parentId: string | undefined }[]): Promise<void> {
    if (units.length === 0) return;
    const known = await this.read(transaction, schema, units.flatMap((unit) => unit.parentId ?? []));
    const rows = units.map((unit) => {
      const above = unit.parentId === undefined ? [] : pathIn(known, unit.parentId);
      const path = [unit.id, ...above];
      known.set(unit.id, path);
      return [unit.id, path];
    });
    await insertRows(transaction, `${schema}.${this.table}`, { unit_id: 'uuid', path: 'uuid[]' }, rows);
  }

  async paths(transaction: Transaction, schema: string, unitIds: readonly string[]): Promise<Paths> {
    const known = await this.read(transaction, schema, unitIds);
    return { of: (unitId) => pathIn(known, unitId) };
  }

  private async read(transaction: Transaction, schema: string, unitIds: readonly string[]): Promise<Map<string, readonly string[]>> {
    if (unitIds.length === 0) return new Map();
    const rows = await transaction.query<{ unit_id: string; path: string[] }>(
      `SELECT unit_id, path::text[] AS path FROM ${schema}.${this.table} WHERE unit_id = ANY($1::uuid[])`, [[...new Set(unitIds)]]);
    return new Map(rows.map((row) => [row.unit_id, row.path]));
  }
}

function pathIn(known: ReadonlyMap<string, readonly string[]>, unitId: string): readonly string[] {
  const path = known.get(unitId);
  if (!path) throw new Error(`association ${unitId} is not in the tree`);
  return path;
}
