import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import { canonicalText } from './canonical-text.js';
import { BrokenInvariant } from './invariant.js';

const key = fc.string({ maxLength: 12 }).filter((text) => !/^(0|[1-9][0-9]*)$/.test(text) && text !== '__proto__' && text !== 'toJSON');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 8 }),
  ),
}));

it('is the canonical text of the value, and reads back as the value', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value), (object) => {
      const text = canonicalText(object);
      expect(text).toBe(canonicalJson(object));
      expect(canonicalJson(JSON.parse(text))).toBe(canonicalJson(object));
    }),
  );
});

it('orders keys by UTF-16 code units, as RFC 8785 does', () => {
  expect(canonicalText({ '\u20ac': 1, '\r': 2, '\ufb33': 3, 'a1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
    '{"\\r":2,"a1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
  );
});

it('leaves absent fields out', () => {
  expect(canonicalText({ b: undefined, a: 'x' })).toBe('{"a":"x"}');
});

it.each([
  ['a number beyond 2^53', { a: 2 ** 53 }],
  ['a number below −2^53', { a: -(2 ** 53) }],
  ['not a number', { a: Number.NaN }],
  ['infinity', { a: [Number.POSITIVE_INFINITY] }],
  ['a bigint', { a: 1n }],
  ['a date', { a: new Date() }],
  ['a map', { a: new Map() }],
  ['bytes', { a: new Uint8Array(2) }],
  ['a function', { a: () => 1 }],
  ['undefined in a list', { a: [undefined] }],
  ['a key like an integer', { a: { '10': 1 } }],
  ['the key __proto__', JSON.parse('{"a":{"__proto__":{"b":1}}}') as object],
  ['an object that writes itself', { a: { toJSON: () => 1 } }],
  ['half a surrogate pair', { a: 'x\ud800' }],
  ['half a surrogate pair in a key', { 'x\udc00': 1 }],
])('refuses %s', (_what, object) => {
  expect(() => canonicalText(object)).toThrow(BrokenInvariant);
});

it('refuses what nests deeper than 32', () => {
  let deep: object = {};
  for (let level = 0; level < 32; level += 1) deep = { deep };
  expect(JSON.parse(canonicalText(deep))).toEqual(deep);
  expect(() => canonicalText({ deep })).toThrow(BrokenInvariant);
});

it('orders the keys of an object that has very many, too', () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${(at * 7919) % 300}é"`, at]));
  expect(canonicalText(many)).toBe(canonicalJson(many));
});
