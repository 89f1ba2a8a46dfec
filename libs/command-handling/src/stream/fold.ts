import type { RecordedEvent } from '@ledger/kernel';

export const CLOSING = 'BooksClosed';

type FoldedEvent = Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata' | 'revision' | 'position'>;

/** A stream's state at one of its revisions, private to whoever holds it. */
export interface Fold {
  state: unknown;
  /** −1 where the stream has no events. */
  revision: bigint;
  /** Log position of the event at `revision`, or one after it; −1 where there is none. */
  position: bigint;
  /** Revision of the event that the fold started from, −1 before the first: what lies before it is in the index only. */
  baseRevision: bigint;
  /** Id of the event at `revision`; '' where there is none. */
  lastEventId: string;
  /** `recordedAt` of the last event: the next one is never recorded before it. */
  recordedAt: string;
  /** How many events it was made of: what it weighs in the cache. */
  events: number;
  /** True after an append whose outcome nobody knows: its end must be read again before it is used. */
  uncertain: boolean;
}

export type Evolve = (state: unknown, event: { readonly type: string; readonly data: object }) => unknown;

export function emptyFold(state: unknown): Fold {
  return { state, revision: -1n, position: -1n, baseRevision: -1n, recordedAt: '', lastEventId: '', events: 0, uncertain: false };
}

/** Puts an event that stands at `revision` into the fold. A closing is a new base: the state then knows only what it says. */
export function foldIn(fold: Fold, event: FoldedEvent, evolve: Evolve): void {
  fold.state = evolve(fold.state, { type: event.type, data: event.data });
  if (fold.events === 0 || event.type === CLOSING) {
    fold.baseRevision = event.revision;
    fold.events = 0;
  }
  fold.revision = event.revision;
  fold.position = event.position;
  fold.lastEventId = event.id;
  fold.recordedAt = laterInstant(fold.recordedAt, event.metadata.recordedAt);
  fold.events += 1;
}

/** The later of two ISO 8601 instants of the same form; they compare as text. */
export function laterInstant(a: string, b: string): string {
  return a > b ? a : b;
}
