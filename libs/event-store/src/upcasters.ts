import { invariant } from '@ledger/kernel';

/** Turns one historic shape of an event into the next one. Pure; it may share parts of what it is given. */
export interface Upcaster {
  readonly type: string;
  readonly schemaVersion: number;
  upcast(data: Readonly<Record<string, unknown>>): StoredShape;
}

/** What upcasting changes; everything else of an event stays as stored. */
export interface StoredShape {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Every historic shape that the log may hold, in one place. Empty: all events still have their first shape.
 * Each entry comes with a fixture of the shape it reads.
 */
export const upcasters: readonly Upcaster[] = [];

export type Upcast = (shape: StoredShape) => StoredShape;

const LONGEST_CHAIN = 100;

/** Applies upcasters until none knows the shape any more. Two for the same shape, or a circle, are bugs. */
export function upcasting(list: readonly Upcaster[]): Upcast {
  const known = new Map<string, Upcaster>();
  for (const upcaster of list) {
    const shape = shapeName(upcaster.type, upcaster.schemaVersion);
    invariant(!known.has(shape), `only one upcaster reads ${shape}`);
    known.set(shape, upcaster);
  }
  if (known.size === 0) return (shape) => shape;
  return (stored) => {
    let shape = stored;
    for (let step = 0; ; step += 1) {
      const upcaster = known.get(shapeName(shape.type, shape.schemaVersion));
      if (!upcaster) return shape;
      invariant(step < LONGEST_CHAIN, `upcasting ${stored.type} comes to an end`);
      shape = upcaster.upcast(shape.data);
    }
  };
}

function shapeName(type: string, schemaVersion: number): string {
  return `${type} v${schemaVersion}`;
}
