import { insertRows } from '@ledger/projection-runtime';
import type { Transaction } from '@ledger/projection-runtime';

/** So many members from `day` on, until a later day says otherwise; of two counts for one day the later recorded holds. */
export interface MemberCount {
  readonly associationId: string;
  readonly day: string;
  readonly position: bigint;
  readonly members: number;
}

export interface MemberStep { readonly associationId: string; readonly day: string; readonly step: bigint }

/** By how much each day's members differ from the day's before. */
const STEPS = (schema: string): string => `
  SELECT association_id, day, members - coalesce(lag(members) OVER (PARTITION BY association_id ORDER BY day), 0) AS step
  FROM (SELECT DISTINCT ON (association_id, day) association_id, day, members FROM ${schema}.member_count
        WHERE association_id = ANY($1::uuid[]) ORDER BY association_id, day, position DESC) AS counted`;

/** Records counts and answers how the steps of the associations concerned have changed: a count may come late. */
export async function recordCounts(transaction: Transaction, schema: string, counts: readonly MemberCount[]): Promise<MemberStep[]> {
  if (counts.length === 0) return [];
  const ids = [...new Set(counts.map((count) => count.associationId))];
  const before = await steps(transaction, schema, ids);
  await insertRows(transaction, `${schema}.member_count`, { association_id: 'uuid', day: 'date', position: 'bigint', members: 'bigint' },
    counts.map((count) => [count.associationId, count.day, count.position, count.members]));
  const after = await steps(transaction, schema, ids);
  return [...after, ...before.map((step) => ({ ...step, step: -step.step }))];
}

async function steps(transaction: Transaction, schema: string, ids: readonly string[]): Promise<MemberStep[]> {
  const rows = await transaction.query<{ association_id: string; day: string; step: string }>(`SELECT association_id, day::text AS day, step::text AS step FROM (${STEPS(schema)}) AS s`, [ids]);
  return rows.map((row) => ({ associationId: row.association_id, day: row.day, step: BigInt(row.step) }));
}
