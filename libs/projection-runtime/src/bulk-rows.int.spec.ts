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

  it.each([['copied', insertRows], ['merged', (...given: Parameters<typeof insertRows>) => mergeRows(...given, 'DO NOTHING')]] as const)('writes every type as Postgres reads its text: %s', async (_way, write) => {
    await source.query('CREATE TABLE IF NOT EXISTS public.types (id uuid, day date, at timestamptz, large bigint, whole integer, small smallint, sum numeric, under uuid[])');
    const instant = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }).map((date) => date.toISOString());
    const int = (bits: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: -(2n ** bits), max: 2n ** bits - 1n });
    const row = fc.tuple(fc.uuid(), instant.map((text) => text.slice(0, 10)), instant, fc.oneof(int(63n), int(20n).map(String)), int(31n).map(Number), int(15n).map(Number), fc.oneof(int(90n), int(20n).map(Number), int(70n).map(String)), fc.array(fc.uuid(), { maxLength: 3 }));
    await fc.assert(fc.asyncProperty(row, async (cells) => {
      const columns = { id: 'uuid', day: 'date', at: 'timestamptz', large: 'bigint', whole: 'integer', small: 'smallint', sum: 'numeric', under: 'uuid[]' };
      const read = await inTransaction(source, async (transaction) => {
        await transaction.query('TRUNCATE public.types');
        await write(transaction, 'public.types', columns, [cells, cells.map(() => null)]);
        return transaction.query(
          `SELECT (id, day, at, large, whole, small, sum, under) = ($1::uuid, $2::date, $3::timestamptz, $4::bigint, $5::integer, $6::smallint, $7::numeric, $8::uuid[]) AS same, sum::text AS sum FROM public.types ORDER BY id`,
          cells.map((cell) => (Array.isArray(cell) ? cell : String(cell))));
      });
      expect(read).toEqual([{ same: true, sum: String(cells[6]) }, { same: null, sum: null }]);
    }), { numRuns: 100 });
  });

  it.each([
    ['uuid', '00000000-0000-4000-8000-00000000000g'], ['uuid', '000000000-000-4000-8000-000000000001'], ['uuid', ''], ['date', '2026-02-29'], ['date', '2026-13-01'], ['date', '2026-1-011'],
    ['timestamptz', '2026-01-01T24:00:01.000Z'], ['timestamptz', 'yesterday'], ['bigint', (2n ** 63n).toString()], ['bigint', ''], ['bigint', '1 '], ['smallint', 2 ** 15], ['integer', 1.5], ['numeric', '1e3'], ['boolean', 'perhaps'], ['uuid[]', 'none'],
  ])('refuses as %s: %s', async (type, cell) => {
    await expect(inTransaction(source, (transaction) => insertRows(transaction, 'public.sheet', { place: type }, [[cell]]))).rejects.toThrow(/invalid input syntax|out of range/);
  });

  it('adds to the rows of many keys that are there, and copies in the others', async () => {
    const table = new SumTable('purses', { owner: 'text', day: 'date' }, ['in_coins']);
    await source.query(table.definition('public'));
    const add = async (from: number, to: number): Promise<void> => {
      const changes = table.collect();
      for (let owner = from; owner < to; owner += 1) changes.add([`owner ${owner}`, '2026-01-01'], [['in_coins', owner]]);
      await inTransaction(source, (transaction) => table.add(transaction, 'public', changes));
    };
    await add(0, 200);
    await add(150, 350);
    const rows = await source.query<{ owner: string; in_coins: string }[]>('SELECT owner, in_coins FROM public.purses');
    expect(rows).toHaveLength(350);
    for (const { owner, in_coins: coins } of rows) {
      const number = Number(owner.slice(6));
      expect(Number(coins)).toBe(number >= 150 && number < 200 ? 2 * number : number);
    }
  });

  it('adds changes of a key up before they are written, and refuses a measure that it does not have', async () => {
    const table = new SumTable('purse', { owner: 'text' }, ['in_coins', 'in_notes']);
    await source.query(table.definition('public'));
    const changes = table.collect();
    changes.add(['a'], [['in_coins', 5]]);
    changes.add(['a'], [['in_coins', -2n], ['in_notes', 7n]]);
    expect(changes.rows()).toEqual([['a', 3, 7n]]);
    expect(() => changes.add(['a'], [['in_shells', 1]] as never)).toThrow('there is no measure in_shells');
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
