import { StatementNames } from './statement-names.js';

describe('StatementNames', () => {
  it('names a text from its third use on, always alike, and no other text so', () => {
    const names = new StatementNames();
    const named = (text: string): (string | undefined)[] => [1, 2, 3, 4].map((value) => names.configOf(text, [value]).name);
    const [first, second] = [named('SELECT $1'), named('SELECT $1 + 1')];
    expect(first.slice(0, 2)).toEqual([undefined, undefined]);
    expect(first[2]).toEqual(expect.any(String));
    expect(first[3]).toBe(first[2]);
    expect(second[2]).not.toBe(first[2]);
  });

  it('leaves statements without parameters unnamed', () => {
    const names = new StatementNames();
    expect([1, 2, 3, 4].map(() => names.configOf('COMMIT', []))).toEqual(Array(4).fill({ text: 'COMMIT', values: [] }));
  });

  it('never gives the name of a forgotten text to another, since connections keep what they prepared', () => {
    const names = new StatementNames();
    const name = (text: string): string | undefined => [1, 2, 3].map((value) => names.configOf(text, [value]).name)[2];
    const all = Array.from({ length: 500 }, (_, place) => name(`SELECT $1 + ${place}`));
    expect(new Set([...all, name('SELECT $1 + 0')]).size).toBe(501);
  });
});
