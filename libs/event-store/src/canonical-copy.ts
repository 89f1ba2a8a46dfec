import { invariant } from '@ledger/kernel';

const INTEGER_LIKE = /^(0|[1-9][0-9]*)$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const DEEPEST = 32;

/**
 * A copy of a JSON value whose `JSON.stringify` is its canonical text (RFC 8785): the official client writes events
 * with `JSON.stringify`, so the order of the keys is all that we can give it, and here is where it is set.
 *
 * Refused, since such a value has no canonical text that survives the trip (a broken invariant: deciders never make them):
 * numbers beyond 2^53 or not finite, keys that look like integers (JavaScript moves them to the front), `__proto__`,
 * lone surrogates, bigint, anything that is not plain, and nesting deeper than 32. Absent (`undefined`) fields are left out.
 */
export function canonicalCopy(value: unknown, depth = 0): unknown {
  invariant(depth <= DEEPEST, `an event nests at most ${DEEPEST} deep`);
  switch (typeof value) {
    case 'string':
      invariant(!LONE_SURROGATE.test(value), 'a stored text is well-formed Unicode');
      return value;
    case 'boolean':
      return value;
    case 'number':
      invariant(Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER, 'a stored number is within 2^53');
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map((item) => canonicalCopy(item, depth + 1));
      return sortedCopy(value as Record<string, unknown>, depth);
    default:
      return invariant(false, 'a stored value is JSON');
  }
}

function sortedCopy(value: Record<string, unknown>, depth: number): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  invariant(prototype === null || Object.getPrototypeOf(prototype) === null, 'a stored object is plain');
  invariant(typeof value['toJSON'] !== 'function', 'a stored object writes itself plainly');
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field === undefined) continue;
    invariant(key !== '__proto__' && !INTEGER_LIKE.test(key), 'a stored key is no integer and not __proto__');
    invariant(!LONE_SURROGATE.test(key), 'a stored key is well-formed Unicode');
    copy[key] = canonicalCopy(field, depth + 1);
  }
  return copy;
}
