import canonicalize from 'canonicalize';
import { invariant } from './invariant.js';

// The package's types describe an ES module while it ships CommonJS: the default import is the function itself.
const serialise = canonicalize as unknown as (value: unknown) => string | undefined;

/** RFC 8785 text of a JSON value. Amounts beyond 2^53 belong in strings before they come here. */
export function canonicalJson(value: unknown): string {
  const text = serialise(value);
  invariant(text !== undefined, 'only JSON values have a canonical form');
  return text;
}
