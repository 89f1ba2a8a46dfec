import type { Transaction } from '@ledger/projection-runtime';
import type { Counted } from './changes.js';
import { associationDay, homes, tree } from './tables.js';

/** Writes each change at its association, and at that one and every one above it with descendants. */
export async function rollUp(transaction: Transaction, schema: string, counted: readonly Counted[]): Promise<void> {
  const homeOf = await homes.find(transaction, schema, counted.flatMap(({ at, between }) => [...('fundId' in at ? [at.fundId] : []), ...(between ? [between.otherFundId] : [])]));
  const associationOf = (at: Counted['at']): string => ('associationId' in at ? at.associationId : homeOf(at.fundId).association_id);
  const others = counted.flatMap(({ between }) => (between ? [homeOf(between.otherFundId).association_id] : []));
  const paths = await tree.paths(transaction, schema, [...counted.map(({ at }) => associationOf(at)), ...others]);
  const sums = associationDay.collect();
  for (const { at, day, changes, between } of counted) {
    const path = paths.of(associationOf(at));
    const own = path[0] ?? '';
    const other = between && paths.of(homeOf(between.otherFundId).association_id);
    sums.add([own, 'false', day], changes);
    if (between && other?.[0] === own) sums.add([own, 'false', day], between.changes);
    for (const above of path) {
      sums.add([above, 'true', day], changes);
      if (between && other?.includes(above)) sums.add([above, 'true', day], between.changes);
    }
  }
  await associationDay.add(transaction, schema, sums);
}
