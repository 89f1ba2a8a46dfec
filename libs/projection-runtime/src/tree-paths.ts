import { insertRows } from './bulk-rows.js';
import type { Transaction } from './projection.js';

/** From a unit up to its root, itself first. */
export interface Paths {
  /** Throws for a unit that is not in the tree. */
  of(unitId: string): readonly string[];
}

export interface TreeUnit { readonly id: string; readonly parentId: string | undefined }

/** A table of the units of a tree, each with the path to its root, so that a figure can be rolled up without recursion. */
export class TreePaths {
  constructor(private readonly table: string, private readonly id = 'unit_id', private readonly path = 'path') {}

  definition(schema: string): string {
    return `CREATE TABLE ${schema}.${this.table} (${this.id} uuid PRIMARY KEY, ${this.path} uuid[] NOT NULL)`;
  }

  /** Adds units in the order in which they were registered: parents first. */
  async add(transaction: Transaction, schema: string, units: readonly TreeUnit[]): Promise<void> {
    const paths = await this.pathsWith(transaction, schema, units);
    await insertRows(transaction, `${schema}.${this.table}`, { [this.id]: 'uuid', [this.path]: 'uuid[]' }, units.map((unit) => [unit.id, paths.of(unit.id)]));
  }

  async paths(transaction: Transaction, schema: string, unitIds: readonly string[]): Promise<Paths> {
    const known = await this.read(transaction, schema, unitIds);
    return { of: (unitId) => pathIn(known, unitId) };
  }

  /** The paths that new units, parents first, will have. */
  async pathsWith(transaction: Transaction, schema: string, units: readonly TreeUnit[]): Promise<Paths> {
    const known = await this.read(transaction, schema, units.flatMap((unit) => unit.parentId ?? []));
    for (const unit of units) known.set(unit.id, [unit.id, ...(unit.parentId === undefined ? [] : pathIn(known, unit.parentId))]);
    return { of: (unitId) => pathIn(known, unitId) };
  }

  private async read(transaction: Transaction, schema: string, unitIds: readonly string[]): Promise<Map<string, readonly string[]>> {
    if (unitIds.length === 0) return new Map();
    const rows = await transaction.query<{ id: string; path: string[] }>(
      `SELECT ${this.id} AS id, ${this.path}::text[] AS path FROM ${schema}.${this.table} WHERE ${this.id} = ANY($1::uuid[])`, [[...new Set(unitIds)]]);
    return new Map(rows.map((row) => [row.id, row.path]));
  }
}

function pathIn(known: ReadonlyMap<string, readonly string[]>, unitId: string): readonly string[] {
  const path = known.get(unitId);
  if (!path) throw new Error(`association ${unitId} is not in the tree`);
  return path;
}
