import { insertRows } from '@ledger/projection-runtime';
import type { Transaction } from '@ledger/projection-runtime';

/** So many members from `day` on, until a later day says otherwise; of two counts for one day the later recorded holds. */
export interface MemberCount {
  readonly associationId: string;
  readonly day: string;
  readonly position: bigint;
  readonly members: number;
}

/** By how many a count made a day's members differ more from the day's before. */
export interface MemberStep { readonly associationId: string; readonly day: string; readonly step: bigint }

/** Records counts, in log order, and answers what each changed, by its position. A count may come late: then the next day's step changes too. */
export async function recordCounts(transaction: Transaction, schema: string, counts: readonly MemberCount[]): Promise<ReadonlyMap<bigint, readonly MemberStep[]>> {
  if (counts.length === 0) return new Map();
  const countedOf = await countsUntilNow(transaction, schema, [...new Set(counts.map((count) => count.associationId))]);
  await insertRows(transaction, `${schema}.member_count`, { association_id: 'uuid', day: 'date', position: 'bigint', members: 'bigint' },
    counts.map((count) => [count.associationId, count.day, count.position, count.members]));
  return new Map(counts.map((count) => [count.position, stepsOf(countedOf(count.associationId), count)]));
}

type Counted = Map<string, bigint>;

function stepsOf(counted: Counted, { associationId, day, members }: MemberCount): MemberStep[] {
  let before = '';
  let next: string | undefined;
  for (const one of counted.keys()) {
    if (one <= day && one > before) before = one;
    if (one > day && (next === undefined || one < next)) next = one;
  }
  const step = BigInt(members) - (counted.get(before) ?? 0n);
  counted.set(day, BigInt(members));
  if (step === 0n) return [];
  return [{ associationId, day, step }, ...(next === undefined ? [] : [{ associationId, day: next, step: -step }])];
}

/** Members by day; of an association that was never counted there are none. */
async function countsUntilNow(transaction: Transaction, schema: string, ids: readonly string[]): Promise<(associationId: string) => Counted> {
  const rows = await transaction.query<{ association_id: string; day: string; members: string }>(
    `SELECT DISTINCT ON (association_id, day) association_id, day::text AS day, members::text AS members FROM ${schema}.member_count
     WHERE association_id = ANY($1::uuid[]) ORDER BY association_id, day, position DESC`, [ids]);
  const all = new Map<string, Counted>(ids.map((id) => [id, new Map()]));
  for (const { association_id: id, day, members } of rows) all.get(id)?.set(day, BigInt(members));
  return (id) => all.get(id) ?? new Map();
}
