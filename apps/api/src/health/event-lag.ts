import type { EventStore } from '@ledger/event-store';
import type { Build } from '@ledger/projection-runtime';

/** No more events than these are counted for one look: a projection further behind is behind by this many or more. */
export const MOST_EVENTS_COUNTED = 10_000;

/**
 * How many events of the log each build does not reflect yet, by projection, counted from the place of the one furthest
 * behind. Throws StoreUnavailable.
 */
export async function eventsBehind(store: Pick<EventStore, 'readAll'>, builds: readonly Build[]): Promise<ReadonlyMap<string, number>> {
  const places = builds.map(({ name, position }) => ({ name, position: position ?? -1n }));
  const behind = new Map(places.map(({ name }) => [name, 0]));
  if (places.length === 0) return behind;
  const furthest = places.reduce((least, { position }) => (position < least ? position : least), places[0]!.position);
  let counted = 0;
  for await (const event of store.readAll(furthest < 0n ? undefined : furthest)) {
    for (const { name, position } of places) if (event.position > position) behind.set(name, behind.get(name)! + 1);
    counted += 1;
    if (counted === MOST_EVENTS_COUNTED) break;
  }
  return behind;
}
