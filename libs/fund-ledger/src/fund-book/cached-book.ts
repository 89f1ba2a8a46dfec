import { invariant } from '@ledger/kernel';
import type { Effect, Figures } from './figures.js';
import { Days } from './days.js';
import type { SeriesStretch } from './places.js';
import { initialState, type BookState } from './state.js';

/**
 * The form that a book's folded state has outside of memory. It grows by one with every change of this file, of the state
 * or of what any event makes of it: what was written in another form is then folded anew. A spec holds a fold to it.
 */
export const BOOK_FORM = 2;

/** What a stretch of events changed, as it is kept: apart from what is small and always written whole. */
export interface BookDelta {
  /** JSON. */
  readonly text: string;
  readonly scholarships: Uint32Array;
  readonly references: Uint32Array;
  readonly places: Uint32Array;
}

interface DeltaParts {
  readonly stretches: readonly SeriesStretch[];
  readonly ended: readonly (readonly [string, { readonly lowered: bigint; readonly lastOn: string }])[];
  readonly adjusted: readonly (readonly [string, { readonly remaining: bigint; readonly lastOn: string }])[];
  readonly adjustedTransfers: readonly (readonly [string, { readonly delta: bigint; readonly lastOn: string }])[];
  readonly numbers: readonly (readonly [string, number])[];
  readonly arrived: readonly (readonly [string, true])[];
}

interface HeadParts extends Pick<BookState, 'facts' | 'revision' | 'closedThrough'> {
  readonly days: readonly Effect[];
  readonly sum: Figures;
}

// Amounts are the only texts that begin with a line feed; no text of a book's state does.
const AMOUNT = '\n';
const written = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${AMOUNT}${value}` : value);
const read = (_: string, value: unknown): unknown => (typeof value === 'string' && value.startsWith(AMOUNT) ? BigInt(value.slice(1)) : value);

/** As it is after JSON.parse: amounts are texts still. */
type Unread<Value> = { readonly [Key in keyof Value]: Value[Key] extends bigint ? string : Value[Key] };
type UnreadParts = { readonly [Key in keyof DeltaParts]: DeltaParts[Key] extends readonly (readonly [string, infer Value extends object])[] ? readonly (readonly [string, Unread<Value>])[] : DeltaParts[Key] };

function amountIn(text: string): bigint {
  invariant(text.startsWith(AMOUNT), 'an amount was written as one');
  return BigInt(text.slice(AMOUNT.length));
}

/** What changed since the last draining, or since the state began. No fork of the state may be in use. */
export function drainBook(state: BookState): BookDelta {
  const { stretches, revisions } = state.places.drain();
  const parts: DeltaParts = {
    stretches, ended: state.ended.drain(), adjusted: state.adjusted.drain(),
    adjustedTransfers: state.adjustedTransfers.drain(), numbers: state.numbers.drain(), arrived: state.arrived.drain(),
  };
  return { text: JSON.stringify(parts, written), scholarships: state.scholarships.drain(), references: state.references.drain(), places: revisions };
}

/** The rest of the state, as JSON. */
export function headOfBook({ facts, revision, closedThrough, days }: BookState): string {
  const parts: HeadParts = { facts, revision, closedThrough, ...days.parts };
  return JSON.stringify(parts, written);
}

/** The state again, from its newest head and every delta since it began, oldest first. Deltas may overlap. */
export function restoreBook(head: string, deltas: readonly BookDelta[]): BookState {
  const { facts, revision, closedThrough, ...days } = JSON.parse(head, read) as HeadParts;
  const state: BookState = { ...initialState(), facts, revision, closedThrough, days: Days.of(days) };
  state.scholarships.restore(deltas.map(({ scholarships }) => scholarships));
  state.references.restore(deltas.map(({ references }) => references));
  for (const { text, places } of deltas) {
    // Without `read`, which would be called for every value and take half of the whole time.
    const parts = JSON.parse(text) as UnreadParts;
    state.places.restore(parts.stretches, places);
    for (const [key, value] of parts.ended) state.ended.set(key, { ...value, lowered: amountIn(value.lowered) });
    for (const [key, value] of parts.adjusted) state.adjusted.set(key, { ...value, remaining: amountIn(value.remaining) });
    for (const [key, value] of parts.adjustedTransfers) state.adjustedTransfers.set(key, { ...value, delta: amountIn(value.delta) });
    for (const [key, value] of parts.numbers) state.numbers.set(key, value);
    for (const [key, value] of parts.arrived) state.arrived.set(key, value);
  }
  invariant(state.facts !== undefined, 'a cached book was opened');
  // What was restored is not new.
  for (const map of [state.ended, state.adjusted, state.adjustedTransfers, state.numbers, state.arrived]) map.drain();
  return state;
}
