import { ProtoWriter } from '@ledger/protobuf';

// A checkpoint comes every SEARCH_WINDOW × CHECKPOINT_INTERVAL events that the store has looked at.
const SEARCH_WINDOW = 32;
const CHECKPOINT_INTERVAL = 32;

/** Everything but the store's own events. */
const NO_SYSTEM_EVENTS = '^[^$].*';

/** A ReadReq that follows the whole log after a position, or from its beginning; only events of the `types`, where some are named. */
export function followRequest(after: bigint | undefined, types: readonly string[] | undefined): Buffer {
  return new ProtoWriter().message(1, (options) => {
    options.message(2, (all) => {
      if (after === undefined) all.empty(2);
      else all.message(1, (position) => position.uint64(1, after).uint64(2, after));
    });
    options.empty(6);
    options.message(7, (filter) => {
      filter.message(2, (eventType) => eventType.string(1, types === undefined ? NO_SYSTEM_EVENTS : `^(${types.join('|')})$`));
      filter.uint64(3, SEARCH_WINDOW).uint64(5, CHECKPOINT_INTERVAL);
    });
    // Ids as text.
    options.message(9, (form) => form.empty(2));
  }).take();
}
