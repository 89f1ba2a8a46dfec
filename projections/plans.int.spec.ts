import type { DataSource } from 'typeorm';
import { projectorDataSource } from '@ledger/projection-runtime';
import type { SqlRunner } from '@ledger/projection-runtime';
import { associationTotals, associationTotalsProjection, movementSpan } from '@projections/association-totals';
import { beneficiaryHistoriesProjection, beneficiaryHistory, beneficiaryTotal, beneficiaryTotalAndHistory } from '@projections/beneficiary-histories';
import { closingByMonth, fundBalance, fundBalances, fundBalancesProjection, fundDays } from '@projections/fund-balances';
import { fundStandings, fundStatement, fundStatementProjection, fundStatementText } from '@projections/fund-statement';
import { REGISTRY, oneAsJson, registryProjection } from '@projections/registry';
import type { PersonVault } from '@ledger/privacy';
import { finishedProjections } from '../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../test/support/postgres.js';

jest.setTimeout(180_000);

/** A table with more rows is big: to read all of it for one answer would take longer the more there is. */
const BIG = 5_000;
// Nothing is projected here, so nothing is opened.
const NO_VAULT = {} as PersonVault;
const PROJECTIONS = [fundBalancesProjection, associationTotalsProjection, beneficiaryHistoriesProjection, fundStatementProjection, registryProjection(NO_VAULT)];

const uuid = (kind: string, number: string): string => `md5('${kind}' || (${number}))::uuid`;
const DAY = `date '2021-01-01' + i / 2500 * 25 + i % 25`;
const POSITION = 'i * 1400';
/**
 * 2,500 associations in a tree of three levels, each with a fund; 100,000 movements over three years. What the rows say
 * is of no matter here, only how many there are and how they lie.
 */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  'fund-balances': [
    `INSERT INTO $.fund (fund_id, association_id, under, code, position) SELECT ${uuid('f', 'i')}, ${uuid('a', 'i')}, ARRAY[${uuid('a', 'i')}, ${uuid('a', 'i % 50')}, ${uuid('a', '0')}], 'Q' || i, i FROM generate_series(1, 2500) i`,
    `INSERT INTO $.fund_total (fund_id) SELECT ${uuid('f', 'i')} FROM generate_series(1, 2500) i`,
    `INSERT INTO $.fund_day (fund_id, day, block) SELECT ${uuid('f', 'i % 2500')}, ${DAY}, ${POSITION} / 1073741824 FROM generate_series(1, 100000) i ON CONFLICT DO NOTHING`,
    `INSERT INTO $.change (position, line, fund_id, day, cash, donations) SELECT ${POSITION}, 0, ${uuid('f', 'i % 2500')}, ${DAY}, 5, 1 FROM generate_series(1, 100000) i`,
  ],
  'association-totals': [
    `INSERT INTO $.unit (unit_id, path) SELECT ${uuid('a', 'i')}, ARRAY[${uuid('a', 'i')}, ${uuid('a', 'i % 50')}, ${uuid('a', '0')}] FROM generate_series(0, 2500) i`,
    `INSERT INTO $.association_day (association_id, with_descendants, day, block) SELECT ${uuid('a', 'i % 2500')}, i % 2 = 0, ${DAY}, ${POSITION} / 1073741824 FROM generate_series(1, 100000) i ON CONFLICT DO NOTHING`,
    `INSERT INTO $.association_day (association_id, with_descendants, day, block) SELECT ${uuid('a', '0')}, true, date '2021-01-01' + i, 99 FROM generate_series(1, 1000) i`,
    `INSERT INTO $.change (position, line, association_id, day, received_money, movements) SELECT ${POSITION}, 0, ${uuid('a', 'i % 2500')}, ${DAY}, 5, 1 FROM generate_series(1, 100000) i`,
  ],
  'beneficiary-histories': [
    `INSERT INTO $.beneficiary (beneficiary_id, root_code, code, kind, association_id, position) SELECT ${uuid('b', 'i')}, 'TI', 'B' || i, 'pupil', ${uuid('a', 'i % 2500')}, i FROM generate_series(1, 20000) i`,
    `INSERT INTO $.entry (beneficiary_id, day, anchor, seq, position, kind, amount, reference, event_id, recorded_at) SELECT ${uuid('b', 'i % 20000')}, ${DAY}, ${POSITION}, 0, ${POSITION}, 'disbursement_paid', 5, 'PC', ${uuid('e', 'i')}, now() FROM generate_series(1, 100000) i`,
  ],
  registry: [
    `INSERT INTO $.beneficiary (beneficiary_id, root_code, code, kind, association_id, name_hashes) SELECT ${uuid('b', 'i')}, 'TI', 'B' || i, 'pupil', ${uuid('a', 'i % 2500')}, '{}' FROM generate_series(1, 20000) i`,
  ],
  'fund-statement': [
    `INSERT INTO $.movement_sum (fund_id, day, block_anchor, block_seq) SELECT ${uuid('f', 'i % 2500')}, ${DAY}, 0, -1 FROM generate_series(1, 100000) i ON CONFLICT DO NOTHING`,
    `INSERT INTO $.movement_month (fund_id, month) SELECT ${uuid('f', 'i % 2500')}, date_trunc('month', (${DAY})::timestamp)::date FROM generate_series(1, 100000) i ON CONFLICT DO NOTHING`,
    `INSERT INTO $.movement (fund_id, day, anchor, seq, position, cash, bank, goods, endowment_principal, committed, event_type, event_id, revision, actor_id, recorded_at, voucher_kind, voucher_year, voucher_number, document_date)
      SELECT ${uuid('f', 'i % 2500')}, ${DAY}, ${POSITION}, 0, ${POSITION}, 5, 0, 0, 0, 0, 'DonationReceived', ${uuid('e', 'i')}, i, 'spec', now(), 'receipt', 2023, i, ${DAY} FROM generate_series(1, 100000) i`,
  ],
};
const literal = (value: unknown): string => (typeof value === 'number' ? String(value) : `'${Array.isArray(value) ? `{${value.join()}}` : String(value)}'`);
const KNOWN = `INSERT INTO $.recorded_high (recorded_at, position) SELECT timestamptz '2024-01-01' + i * interval '1 minute', i * 7000 FROM generate_series(1, 20000) i`;

interface Node { readonly 'Node Type': string; readonly 'Relation Name'?: string; readonly 'Index Name'?: string; readonly Plans?: readonly Node[] }

interface Missing { readonly projection: string; readonly table: string; readonly key: string }
const dropped = (schema: string, { table, key }: Missing): string => (key.endsWith('_pkey') ? `ALTER TABLE ${schema}${table} DROP CONSTRAINT ${key}` : `DROP INDEX ${schema}${key}`);

describe('with many rows', () => {
  let server: Awaited<ReturnType<typeof testDatabase>>;
  let database: DataSource;
  let big: ReadonlySet<string>;
  let schemas: ReadonlyMap<string, string>;
  const ids = { root: '', district: '', fund: '', beneficiary: '' };

  beforeAll(async () => {
    server = await testDatabase();
    database = await projectorDataSource(server.url, 3).initialize();
    await finishedProjections(database, PROJECTIONS);
    const live = await database.query(`SELECT name, schema_name AS schema FROM projection.build WHERE state = 'live'`) as { name: string; schema: string }[];
    for (const { name, schema } of live) for (const statement of [...(ROWS[name] ?? []), ...(name === REGISTRY ? [] : [KNOWN])]) await database.query(statement.replaceAll('$.', `${schema}.`));
    await database.query('ANALYZE');
    schemas = new Map(live.map(({ name, schema }) => [name, schema]));
    const rows = await database.query(`SELECT DISTINCT relname FROM pg_class WHERE relkind = 'r' AND reltuples > $1`, [BIG]) as { relname: string }[];
    big = new Set(rows.map(({ relname }) => relname));
    const [named] = await database.query(`SELECT ${uuid('a', '0')} AS root, ${uuid('a', '7')} AS district, ${uuid('f', '7')} AS fund, ${uuid('b', '7')} AS beneficiary`) as [typeof ids];
    Object.assign(ids, named);
  });
  afterAll(async () => {
    await database.destroy();
    await server.close();
  });

  /** The plans that the api's connections make, for all parameters at once, of the statements that a question asks: what each reads, and through which index. */
  async function plansOf(ask: (database: SqlRunner) => Promise<unknown>, without?: Missing): Promise<{ scanned: string[]; indexes: string[] }> {
    const asked: [string, unknown[]][] = [];
    await ask({ query: async (sql: string, parameters: unknown[] = []): Promise<unknown> => { asked.push([sql, parameters]); return database.query(sql, parameters); } });
    const scanned: string[] = [];
    const indexes: string[] = [];
    const walk = (node: Node): void => {
      const table = node['Relation Name'];
      if (node['Node Type'] === 'Seq Scan' && table !== undefined && big.has(table)) scanned.push(table);
      if (node['Index Name'] !== undefined) indexes.push(node['Index Name']);
      node.Plans?.forEach(walk);
    };
    const connection = database.createQueryRunner();
    try {
      await connection.query('SET plan_cache_mode = force_generic_plan');
      await connection.startTransaction();
      if (without) await connection.query(dropped(`${schemas.get(without.projection)}.`, without));
      for (const [at, [sql, parameters]] of asked.entries()) {
        await connection.query(`PREPARE asked_${at} AS ${sql}`);
        const [row] = await connection.query(`EXPLAIN (FORMAT JSON) EXECUTE asked_${at} (${parameters.map(literal).join(', ')})`) as [{ 'QUERY PLAN': [{ Plan: Node }] }];
        await connection.query(`DEALLOCATE asked_${at}`);
        walk(row['QUERY PLAN'][0].Plan);
      }
    } finally {
      await connection.rollbackTransaction();
      await connection.query('RESET plan_cache_mode');
      await connection.release();
    }
    return { scanned, indexes };
  }

  it('has tables that are worth an index', () => {
    expect([...big].sort()).toEqual(expect.arrayContaining(['association_day', 'beneficiary', 'change', 'entry', 'fund_day', 'movement', 'movement_month', 'movement_sum', 'recorded_high']));
  });

  const year = { from: '2023-01-01', to: '2023-12-31' };
  const known = { knownAt: '2024-01-08T00:00:00.000Z' };
  const after = { day: '2022-05-05', anchor: '5', seq: '0', position: '5' };
  it.each<[string, readonly string[], (database: SqlRunner) => Promise<unknown>]>([
    ['a fund\'s balance', ['fund_total_pkey'], (on) => fundBalance(on, ids.fund)],
    ['a fund\'s balance on a day', ['fund_day_pkey'], (on) => fundBalance(on, ids.fund, { on: '2023-06-30' })],
    ['a fund\'s balance as known', ['fund_day_pkey', 'change_key', 'recorded_high_pkey'], (on) => fundBalance(on, ids.fund, { on: '2023-06-30', ...known })],
    ['the balances of an association\'s funds', ['fund_association_id_code_idx'], (on) => fundBalances(on, { associationId: ids.district }, 100)],
    ['the balances of a page of funds as known', ['fund_day_pkey', 'change_key'], (on) => fundBalances(on, { ...known }, 20)],
    ['a page of a fund\'s days', ['fund_day_pkey'], (on) => fundDays(on, ids.fund, year, 50)],
    ['a page of a fund\'s days as known', ['fund_day_pkey', 'change_key'], (on) => fundDays(on, ids.fund, { ...year, ...known }, 50)],
    ['the months of an association\'s funds', ['fund_day_pkey'], (on) => closingByMonth(on, ids.district, { from: '2023-01', to: '2023-12' })],
    ['a page of a statement', ['movement_key', 'movement_sum_pkey', 'movement_month_pkey'], (on) => fundStatement(on, ids.fund, year, 50, after)],
    ['a page of a statement with its sealed texts', ['movement_key', 'movement_sum_pkey'], (on) => fundStatementText(on, ids.fund, { ...year, withSealed: true }, 50, after)],
    ['a page of a statement as known', ['movement_key', 'movement_sum_pkey', 'recorded_high_pkey'], (on) => fundStatement(on, ids.fund, { ...year, ...known }, 50, after)],
    ['a fund\'s standing', ['movement_sum_pkey', 'movement_month_pkey'], (on) => fundStandings(on, [ids.fund], { effectiveOn: '2023-06-30' })],
    ['a fund\'s standing as known', ['movement_sum_pkey', 'recorded_high_pkey'], (on) => fundStandings(on, [ids.fund], { effectiveOn: '2023-06-30', ...known })],
    ['an association with descendants over a year', ['association_day_pkey'], (on) => associationTotals(on, [ids.root], { ...year, withDescendants: true })],
    ['an association with descendants over a year, as known', ['association_day_pkey', 'change_key', 'recorded_high_pkey'], (on) => associationTotals(on, [ids.root], { ...year, withDescendants: true, ...known })],
    ['an association\'s own year, as known', ['association_day_pkey', 'change_key'], (on) => associationTotals(on, [ids.root], { ...year, withDescendants: false, ...known })],
    ['from when to when something was posted', ['association_day_pkey'], (on) => movementSpan(on, ids.root)],
    ['a beneficiary\'s history', ['entry_key'], (on) => beneficiaryHistory(on, ids.beneficiary, year, 50, after)],
    ['a beneficiary\'s history as known', ['entry_key', 'recorded_high_pkey'], (on) => beneficiaryHistory(on, ids.beneficiary, { ...year, ...known }, 50)],
    ['what a beneficiary got', ['beneficiary_pkey', 'entry_key'], (on) => beneficiaryTotal(on, ids.beneficiary)],
    ['what a beneficiary got in a year, as known', ['beneficiary_pkey', 'entry_key'], (on) => beneficiaryTotal(on, ids.beneficiary, { ...year, ...known })],
    ['a beneficiary\'s history with what it adds up to', ['entry_key', 'beneficiary_pkey'], (on) => beneficiaryTotalAndHistory(on, ids.beneficiary, {}, 50, after)],
    ['a beneficiary\'s history with who it is', ['entry_key', 'beneficiary_pkey'], (on) => beneficiaryTotalAndHistory(on, ids.beneficiary, {}, 50, after, (id) => oneAsJson('beneficiary', id))],
    ['a beneficiary\'s history with what it adds up to in a year, as known', ['entry_key', 'beneficiary_pkey', 'recorded_high_pkey'], (on) => beneficiaryTotalAndHistory(on, ids.beneficiary, { ...year, ...known }, 50)],
  ])('%s is read through indexes', async (_, through, ask) => {
    const { scanned, indexes } = await plansOf(ask);
    expect(scanned).toEqual([]);
    expect(indexes).toEqual(expect.arrayContaining([...through]));
  });

  it.each<[string, Missing, (database: SqlRunner) => Promise<unknown>]>([
    ['a fund\'s balance on a day', { projection: 'fund-balances', table: 'fund_day', key: 'fund_day_pkey' }, (on) => fundBalance(on, ids.fund, { on: '2023-06-30' })],
    ['a page of a statement', { projection: 'fund-statement', table: 'movement', key: 'movement_key' }, (on) => fundStatement(on, ids.fund, year, 50)],
    ['an association with descendants over a year', { projection: 'association-totals', table: 'association_day', key: 'association_day_pkey' }, (on) => associationTotals(on, [ids.root], { ...year, withDescendants: true })],
    ['a beneficiary\'s history', { projection: 'beneficiary-histories', table: 'entry', key: 'entry_key' }, (on) => beneficiaryHistory(on, ids.beneficiary, {}, 50)],
  ])('%s would be seen to do without its index', async (_, missing, ask) => {
    const { scanned, indexes } = await plansOf(ask, missing);
    expect(indexes).not.toContain(missing.key);
    // The statement has a second index that begins with the fund; it is no way to a page in posting order.
    if (missing.table !== 'movement') expect(scanned).toContain(missing.table);
  });
});
