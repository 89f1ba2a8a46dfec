import { GatheredLookup } from './gathered-lookup.js';

describe('a gathered lookup', () => {
  let questions: { readonly keys: readonly string[]; readonly answer: (error?: Error) => void }[];
  let lookup: GatheredLookup<string, string>;
  beforeEach(() => {
    questions = [];
    lookup = new GatheredLookup((keys) => new Promise((resolve, reject) => {
      questions.push({ keys, answer: (error) => (error ? reject(error) : resolve(new Map(keys.map((key) => [key, `${key}!`])))) });
    }), 1);
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('asks for one at once, and for all who came meanwhile together, each key once', async () => {
    const found = ['a', 'b', 'c', 'b'].map((key) => lookup.find([key]));
    expect(questions.map(({ keys }) => keys)).toEqual([['a']]);
    questions[0]!.answer();
    expect((await found[0])!.get('a')).toBe('a!');
    await turn();
    expect(questions.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']]);
    questions[1]!.answer();
    expect((await Promise.all(found)).map((map, at) => map.get(['a', 'b', 'c', 'b'][at]!))).toEqual(['a!', 'b!', 'c!', 'b!']);
  });

  it('never answers with what was asked before somebody came', async () => {
    void lookup.find(['a']);
    const later = lookup.find(['a']);
    questions[0]!.answer();
    await turn();
    expect(questions).toHaveLength(2);
    questions[1]!.answer();
    expect((await later).get('a')).toBe('a!');
  });

  it('tells all who shared a question that it failed, and goes on', async () => {
    const found = [lookup.find(['a']), lookup.find(['b']), lookup.find(['c'])].map((one) => one.then(() => 'found', (error: Error) => error.message));
    questions[0]!.answer(new Error('away'));
    await turn();
    questions[1]!.answer(new Error('still away'));
    expect(await Promise.all(found)).toEqual(['away', 'still away', 'still away']);
    const again = lookup.find(['d']);
    questions[2]!.answer();
    expect((await again).get('d')).toBe('d!');
  });
});
