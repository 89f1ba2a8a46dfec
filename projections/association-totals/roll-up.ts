import { knownBlockOf } from '@ledger/projection-runtime';
import type { Transaction } from '@ledger/projection-runtime';
import type { Counted } from './changes.js';
import { associationChange, associationDay, homes, tree } from './tables.js';

/** What an event counts as. */
export interface CountedAt { readonly position: bigint; readonly counted: readonly Counted[] }

/** Writes each change at its association, and at that one and every one above it with descendants. */
export async function rollUp(transaction: Transaction, schema: string, events: readonly CountedAt[]): Promise<void> {
  const all = events.flatMap(({ counted }) => counted);
  const homeOf = await homes.find(transaction, schema, all.flatMap(({ at, between }) => [...('fundId' in at ? [at.fundId] : []), ...(between ? [between.otherFundId] : [])]));
  const associationOf = (at: Counted['at']): string => ('associationId' in at ? at.associationId : homeOf(at.fundId).association_id);
  const others = all.flatMap(({ between }) => (between ? [homeOf(between.otherFundId).association_id] : []));
  const paths = await tree.paths(transaction, schema, [...all.map(({ at }) => associationOf(at)), ...others]);
  const sums = associationDay.collect();
  const perEvent = associationChange.collect();
  for (const { position, counted } of events) {
    const block = knownBlockOf(position);
    for (const { at, day, changes, between } of counted) {
      const path = paths.of(associationOf(at));
      const own = path[0] ?? '';
      const other = between && paths.of(homeOf(between.otherFundId).association_id);
      perEvent.add(position, [own, day], between ? [...changes, ...between.changes] : changes, other?.[0]);
      sums.add([own, 'false', day, block], changes);
      if (between && other?.[0] === own) sums.add([own, 'false', day, block], between.changes);
      for (const above of path) {
        sums.add([above, 'true', day, block], changes);
        if (between && other?.includes(above)) sums.add([above, 'true', day, block], between.changes);
      }
    }
  }
  await associationDay.add(transaction, schema, sums);
  await associationChange.add(transaction, schema, perEvent);
}
