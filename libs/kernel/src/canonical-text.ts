import { invariant } from './invariant.js';

const INTEGER_LIKE = /^(0|[1-9][0-9]*)$/;
/** What JSON escapes, and what may be half a character. */
const SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const DEEPEST = 32;
const TOO_DEEP = `an event nests at most ${DEEPEST} deep`;

/** Names of fields as they are written; programs have few, and more than so many are written anew each time. */
const names = new Map<string, string>();
const MOST_NAMES = 1_000;
/** Fields of an object from which on `sort` is quicker. */
const MANY = 24;

/**
 * The canonical text (RFC 8785) of a JSON value that is to be stored, told of what was stored, or hashed as input: what
 * `canonicalJson` says, several times as fast, and stricter.
 *
 * Refused, since such a value has no canonical text that survives the trip (a broken invariant: neither input that was checked nor
 * a decider has them):
 * numbers beyond 2^53 or not finite, keys that look like integers (JavaScript moves them to the front), `__proto__`,
 * lone surrogates, bigint, anything that is not plain, and nesting deeper than 32. Absent (`undefined`) fields are left out.
 */
export function canonicalText(value: unknown, depth = 0): string {
  invariant(depth <= DEEPEST, TOO_DEEP);
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      invariant(Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER, 'a stored number is within 2^53');
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`;
      return objectText(value as Record<string, unknown>, depth);
    default:
      return invariant(false, 'a stored value is JSON') ?? '';
  }
}

function objectText(value: Record<string, unknown>, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  invariant(prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null, 'a stored object is plain');
  invariant(typeof value['toJSON'] !== 'function', 'a stored object writes itself plainly');
  let text = '{';
  for (const key of sorted(Object.keys(value))) {
    const field = value[key];
    if (field === undefined) continue;
    if (text.length > 1) text += ',';
    text += nameOf(key);
    text += canonicalText(field, depth + 1);
  }
  return `${text}}`;
}

/** By UTF-16 code units, in place: for the dozen fields of an object `sort` takes twice as long and memory of its own. */
function sorted(keys: string[]): string[] {
  if (keys.length > MANY) return keys.sort();
  for (let at = 1; at < keys.length; at += 1) {
    const key = keys[at]!;
    let place = at;
    for (; place > 0 && keys[place - 1]! > key; place -= 1) keys[place] = keys[place - 1]!;
    keys[place] = key;
  }
  return keys;
}

function nameOf(key: string): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  invariant(key !== '__proto__' && !INTEGER_LIKE.test(key), 'a stored key is no integer and not __proto__');
  const name = `${quoted(key)}:`;
  if (names.size < MOST_NAMES) names.set(key, name);
  return name;
}

function quoted(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  invariant(!LONE_SURROGATE.test(text), 'a stored text is well-formed Unicode');
  return JSON.stringify(text);
}
