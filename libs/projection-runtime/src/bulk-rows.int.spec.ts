import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { testDatabase } from '../../../test/support/postgres.js';
import { SumTable, TreePaths, inTransaction, insertRows, mergeRows, projectorDataSource } from './index.js';

jest.setTimeout(60_000);

describe('bulk rows', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let source: DataSource;

  beforeAll(async () => {
    database = await testDatabase();
    source = await projectorDataSource(database.url, 2).initialize();
    await source.query('CREATE TABLE public.sheet (place integer, words text, amount numeric, tags text[], yes boolean)');
  });
  afterAll(async () => {
    await source.destroy();
    await database.close();
  });

  it.each([['copied', insertRows], ['merged', (...given: Parameters<typeof insertRows>) => mergeRows(...given, 'DO NOTHING')]] as const)('brings any text, amount and list through unchanged, but for NUL: %s', async (_way, write) => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((given) => given.replaceAll('\0', ''));
    const row = fc.tuple(fc.option(text), fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.array(text, { maxLength: 4 }), fc.boolean());
    await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      const read = await inTransaction(source, async (transaction) => {
        await transaction.query('TRUNCATE public.sheet');
        await write(transaction, 'public.sheet', { place: 'integer', words: 'text', amount: 'numeric', tags: 'text[]', yes: 'boolean' }, rows.map((cells, place) => [place, ...cells]));
        return transaction.query<{ words: string | null; amount: string; tags: string[]; yes: boolean }>('SELECT words, amount, tags, yes FROM public.sheet ORDER BY place');
      });
      expect(read.map((one) => [one.words, BigInt(one.amount), one.tags, one.yes])).toEqual(rows);
    }), { numRuns: 60 });
  });

  it('writes a NUL, which Postgres cannot hold, as U+FFFD', async () => {
    const rows = await inTransaction(source, async (transaction) => {
      await transaction.query('TRUNCATE public.sheet');
      await insertRows(transaction, 'public.sheet', { words: 'text', tags: 'text[]' }, [['a\0b"\\', ['c\0\t']]]);
      await mergeRows(transaction, 'public.sheet', { words: 'text', tags: 'text[]' }, [['a\0b"\\', ['c\0\t']]], 'DO NOTHING');
      return transaction.query<{ words: string }>('SELECT words, tags FROM public.sheet');
    });
    const kept = { words: 'a\uFFFDb"\\', tags: ['c\uFFFD\t'] };
    expect(rows).toEqual([kept, kept]);
  });

  it('refuses rows that do not fit, and the connection goes on', async () => {
    const refused = inTransaction(source, (transaction) => insertRows(transaction, 'public.sheet', { place: 'integer' }, [['1'], ['many']]));
    await expect(refused).rejects.toThrow('invalid input syntax for type integer');
    await expect(inTransaction(source, (transaction) => insertRows(transaction, 'public.no_sheet', { place: 'integer' }, [['1']]))).rejects.toThrow('no_sheet');
    await inTransaction(source, (transaction) => insertRows(transaction, 'public.sheet', { place: 'integer' }, [['7']]));
    expect(await source.query('SELECT count(*)::integer AS rows FROM public.sheet WHERE place IN (1, 7)')).toEqual([{ rows: 1 }]);
  });

  it('adds changes of a key up before they are written, and refuses a measure that it does not have', async () => {
    const table = new SumTable('purse', { owner: 'text' }, ['in_coins', 'in_notes']);
    await source.query(table.definition('public'));
    const changes = table.collect();
    changes.add(['a'], { in_coins: 5n });
    changes.add(['a'], { in_coins: -2n, in_notes: 7n });
    expect(changes.rows()).toEqual([['a', 3n, 7n]]);
    expect(() => changes.add(['a'], { in_shells: 1n } as never)).toThrow('there is no measure in_shells');
    for (let twice = 0; twice < 2; twice += 1) await inTransaction(source, (transaction) => table.add(transaction, 'public', changes));
    expect(await source.query('SELECT * FROM public.purse')).toEqual([{ owner: 'a', in_coins: '6', in_notes: '14' }]);
  });

  it('keeps paths to the root, whether the parent came in the same batch or before', async () => {
    const tree = new TreePaths('unit');
    await source.query(tree.definition('public'));
    const [root, child, leaf] = ['1', '2', '3'].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string];
    const path = await inTransaction(source, async (transaction) => {
      await tree.add(transaction, 'public', [{ id: root, parentId: undefined }, { id: child, parentId: root }]);
      await tree.add(transaction, 'public', [{ id: leaf, parentId: child }]);
      return (await tree.paths(transaction, 'public', [leaf])).of(leaf);
    });
    expect(path).toEqual([leaf, child, root]);
    await expect(inTransaction(source, (transaction) => tree.add(transaction, 'public', [{ id: root, parentId: '00000000-0000-4000-8000-000000000009' }]))).rejects.toThrow('is not in the tree');
  });
});
