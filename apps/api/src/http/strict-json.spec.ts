import fc from 'fast-check';
import { DEEPEST_NESTING, JsonFault, parseStrictJson } from './strict-json.js';

const codeOf = (text: string): string => {
  try {
    parseStrictJson(text);
    return 'read';
  } catch (error) {
    return error instanceof JsonFault ? `${error.code} ${error.pointer}`.trim() : `threw ${String(error)}`;
  }
};

describe('strict JSON', () => {
  it('reads what JSON.parse reads, to the same value', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: DEEPEST_NESTING - 1, noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      if (/"(__proto__|constructor|prototype)":/.test(text)) return;
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      expect(parseStrictJson(JSON.stringify(value, null, 3))).toEqual(JSON.parse(text));
    }));
  });

  it('never throws anything but a JsonFault, and refuses what JSON.parse refuses', () => {
    const broken = fc.oneof(fc.string(), fc.json().map((text) => text.slice(0, -1)));
    fc.assert(fc.property(broken, (text) => {
      const code = codeOf(text);
      expect(code).not.toMatch(/^threw/);
      let parses = true;
      try { JSON.parse(text); } catch { parses = false; }
      if (!parses) expect(code).not.toBe('read');
    }), { numRuns: 2000 });
  });

  it.each([
    ['{"a":1,"a":2}', 'json_key_repeated /a'],
    ['{"a":{"b":1,"\\u0062":2}}', 'json_key_repeated /a/b'],
    ['{"__proto__":{"admin":true}}', 'json_key_forbidden /__proto__'],
    ['{"x":{"constructor":1}}', 'json_key_forbidden /x/constructor'],
    ['{"a~/b":1,"a~/b":2}', 'json_key_repeated /a~0~1b'],
    [`${'['.repeat(DEEPEST_NESTING + 1)}`, `json_too_deep ${'/0'.repeat(DEEPEST_NESTING)}`],
    ['["\\ud800"]', 'json_lone_surrogate /0'],
    ['{"a":1e999}', 'json_number_too_large /a'],
    ['{"a":01}', 'json_malformed'], ['{"a":+1}', 'json_malformed'], ['{"a":.5}', 'json_malformed'], ['{"a":NaN}', 'json_malformed'],
    ['{"a":1,}', 'json_malformed'], ["{'a':1}", 'json_malformed'], ['{"a":1} x', 'json_malformed'], ['', 'json_malformed'], ['{"a":"\n"}', 'json_malformed'],
    ['{"a" 1}', 'json_malformed'], ['[1 2]', 'json_malformed'], ['"open', 'json_malformed'], ['{"a":tru}', 'json_malformed'],
  ])('refuses %s', (text, expected) => expect(codeOf(text)).toBe(expected));

  it('is not slowed down or broken by a hundred thousand brackets', () => {
    expect(codeOf('['.repeat(100_000))).toMatch(/^json_too_deep/);
    expect(codeOf('{"a":'.repeat(100_000))).toMatch(/^json_too_deep/);
    expect(codeOf(`"${'a'.repeat(1_000_000)}`)).toBe('json_malformed');
  });
});
