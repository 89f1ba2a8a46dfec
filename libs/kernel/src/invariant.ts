/** A broken invariant is a bug, never a user's mistake: it throws. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
}

export function invariant(holds: unknown, sentence: string): asserts holds {
  if (!holds) throw new BrokenInvariant(sentence);
}
