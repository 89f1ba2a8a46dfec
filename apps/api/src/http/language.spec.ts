import { fill, negotiateLanguage } from './language.js';
import { PROBLEM_TEXTS } from './problem-texts.js';

describe('the language of an answer', () => {
  it.each([
    [undefined, 'vi'], ['', 'vi'], ['*', 'vi'], ['fr', 'vi'], ['en', 'en'], ['EN-us', 'en'], ['vi,en', 'vi'], ['en,vi', 'en'],
    ['vi;q=0.2, en;q=0.8', 'en'], ['en;q=0, vi', 'vi'], ['en;q=0', 'vi'], ['fr, en;q=0.5', 'en'], ['en;q=banana', 'vi'], ['english', 'vi'],
  ])('%p → %s', (header, expected) => expect(negotiateLanguage(header)).toBe(expected));

  it('puts figures into both texts alike', () => {
    const names = (text: string): string[] => [...text.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1]!).sort();
    for (const { vi, en } of Object.values(PROBLEM_TEXTS)) expect(names(vi)).toEqual(names(en));
    expect(fill('{a} of {b}', { a: '1' })).toBe('1 of {b}');
  });
});
