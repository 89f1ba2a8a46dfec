import { TreePaths, columnArrays, insertRows, unnested } from '@ledger/projection-runtime';
import type { Cell, Transaction } from '@ledger/projection-runtime';
import type { DataOf } from './registry.projection.js';
import { COLUMNS } from './tables.js';
import type { Table } from './tables.js';

/** Paths are read from the table of associations itself. */
const tree = new TreePaths('association', 'association_id', 'under');

/** Rows in the order of the table's columns. */
export async function addRows(transaction: Transaction, schema: string, table: Table, rows: readonly (readonly Cell[])[]): Promise<void> {
  await insertRows(transaction, `${schema}.${table}`, COLUMNS[table], rows);
}

export async function addAssociations(transaction: Transaction, schema: string, registered: readonly DataOf<'AssociationRegistered'>[]): Promise<void> {
  const paths = await tree.pathsWith(transaction, schema, registered.map((one) => ({ id: one.associationId, parentId: one.parentId })));
  await addRows(transaction, schema, 'association', registered.map((one) => [
    one.associationId, one.rootCode, one.code, one.rootId, one.parentId, one.name, one.level, one.members, one.establishedOn, paths.of(one.associationId), null, null]));
}

export async function addFunds(transaction: Transaction, schema: string, opened: readonly DataOf<'FundOpened'>[]): Promise<void> {
  const paths = await tree.paths(transaction, schema, opened.map((one) => one.associationId));
  await addRows(transaction, schema, 'fund', opened.map((one) => [
    one.fundId, one.rootCode, one.code, one.associationId, one.name, one.restriction, one.purpose, one.openedOn, paths.of(one.associationId), null]));
}

/** Things that do not say in which tree they are: it is that of the association or fund they belong to. Rows lack `root_code`. */
export async function addRooted(transaction: Transaction, schema: string, table: 'campaign' | 'scholarship_program' | 'pledge', rows: readonly (readonly [string, readonly Cell[]])[]): Promise<void> {
  if (rows.length === 0) return;
  const owner = table === 'campaign' ? 'association' : 'fund';
  const found = await transaction.query<{ id: string; root_code: string }>(`SELECT ${owner}_id AS id, root_code FROM ${schema}.${owner} WHERE ${owner}_id = ANY($1::uuid[])`, [[...new Set(rows.map(([id]) => id))]]);
  const roots = new Map(found.map((row) => [row.id, row.root_code]));
  await addRows(transaction, schema, table, rows.map(([ownerId, [id, ...rest]]) => {
    const root = roots.get(ownerId);
    if (root === undefined) throw new Error(`${owner} ${ownerId} is named and was never seen`);
    return [id, root, ...rest];
  }));
}

export interface LaterChanges {
  readonly associationNames: readonly DataOf<'AssociationRenamed'>[];
  readonly fundNames: readonly DataOf<'FundRenamed'>[];
  readonly members: readonly DataOf<'MembersCounted'>[];
  readonly cancelled: readonly DataOf<'PledgeCancelled'>[];
  readonly erased: readonly DataOf<'PersonErased'>[];
}

export async function applyChanges(transaction: Transaction, schema: string, changes: LaterChanges): Promise<void> {
  await applyDated(transaction, `${schema}.association`, 'association_id', 'named_on', ['name', 'text'], changes.associationNames.map((one) => [one.associationId, one.effectiveOn, one.name]));
  await applyDated(transaction, `${schema}.fund`, 'fund_id', 'named_on', ['name', 'text'], changes.fundNames.map((one) => [one.fundId, one.effectiveOn, one.name]));
  await applyDated(transaction, `${schema}.association`, 'association_id', 'counted_on', ['members', 'bigint'], changes.members.map((one) => [one.associationId, one.effectiveOn, one.members]));
  await applyCancellations(transaction, schema, changes.cancelled);
  await erase(transaction, schema, changes.erased.map((one) => one.personId));
}

/** Of several values the one of the latest day holds, of one day the one recorded last; the rows come in log order. */
async function applyDated(transaction: Transaction, table: string, id: string, since: string, [column, type]: readonly [string, string], rows: readonly (readonly Cell[])[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = { id: 'uuid', day: 'date', value: type, place: 'integer' };
  const source = unnested(columns);
  await transaction.query(
    `UPDATE ${table} AS t SET ${column} = latest.value, ${since} = latest.day
     FROM (SELECT DISTINCT ON (id) id, day, value FROM (SELECT ${source.select} FROM ${source.from}) AS told ORDER BY id, day DESC, place DESC) AS latest
     WHERE t.${id} = latest.id AND (t.${since} IS NULL OR latest.day >= t.${since})`,
    columnArrays(columns, rows.map((row, place) => [...row, place])));
}

async function applyCancellations(transaction: Transaction, schema: string, cancelled: readonly DataOf<'PledgeCancelled'>[]): Promise<void> {
  if (cancelled.length === 0) return;
  const columns = { id: 'uuid', day: 'date' };
  const source = unnested(columns);
  await transaction.query(`UPDATE ${schema}.pledge AS t SET cancelled_on = c.day FROM (SELECT ${source.select} FROM ${source.from}) AS c WHERE t.pledge_id = c.id`,
    columnArrays(columns, cancelled.map((one) => [one.pledgeId, one.effectiveOn])));
}

/** A person may be known as donor or as beneficiary; what names them goes either way. */
async function erase(transaction: Transaction, schema: string, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  for (const table of ['donor', 'beneficiary'] as const)
    await transaction.query(`UPDATE ${schema}.${table} SET name = NULL, sealed = NULL, name_hashes = '{}', erased = true WHERE ${table}_id = ANY($1::uuid[])`, [personIds]);
}
