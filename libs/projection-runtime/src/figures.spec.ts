import { figuresFrom, figuresOf } from './figures.js';

const SET = { measures: ['cash', 'bank', 'held', 'times'], counts: ['times'], derived: { closing: { plus: ['cash', 'bank'] }, available: { plus: ['cash', 'bank'], minus: ['held'] } } } as const;

describe('figures', () => {
  it.each([
    ['0 0 0 0'], ['5 -3 1 2'], ['3 -3 0 1'], ['9007199254740991 1 1 3'], ['9007199254740993 -9007199254740993 0 1'], ['9223372036854775807 9223372036854775807 18446744073709551615 9'],
    ['-9007199254740991 -9007199254740991 5 0'], ['1 1 9007199254740993 0'],
  ])('from one text are those of its parts, exactly: %s', (text) => {
    const parts = text.split(' ');
    const figures = figuresFrom(SET, text);
    expect(figures).toEqual(figuresOf(SET, (measure) => parts[SET.measures.indexOf(measure)]));
    expect(Object.keys(figures)).toEqual(['cash', 'bank', 'held', 'times', 'closing', 'available']);
    expect(figures.available).toBe((BigInt(parts[0]!) + BigInt(parts[1]!) - BigInt(parts[2]!)).toString());
  });
});
