import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PersonVault } from '@ledger/privacy';
import { projectorDataSource } from '@ledger/projection-runtime';
import { associationTotals, associationTotalsProjection, movementSpan } from '@projections/association-totals';
import { HISTORY_PAGE_LIMIT, beneficiaryCounts, beneficiaryHistoriesProjection, beneficiaryHistory, beneficiaryTotal, mostSupported } from '@projections/beneficiary-histories';
import { CAMPAIGN_LIST_LIMIT, campaignTotals, campaignTotalsProjection } from '@projections/campaign-totals';
import { FUND_PAGE_LIMIT, closingByMonth, fundBalance, fundBalances, fundBalancesProjection, fundDays } from '@projections/fund-balances';
import { STANDING_FUNDS_LIMIT, STATEMENT_PAGE_LIMIT, fundStandings, fundStatement, fundStatementProjection } from '@projections/fund-statement';
import { journalProjection, trialBalance } from '@projections/journal';
import { PLEDGE_PAGE_LIMIT, pledgeStandings, pledgeTotals, pledgesProjection } from '@projections/pledges';
import { REGISTRY_PAGE_LIMIT, byIds, listOf, registryProjection } from '@projections/registry';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { finishedProjections } from '../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../test/support/postgres.js';

/** Only the shape of the tables matters here: nothing is projected, so nothing is opened. */
const noVault = {} as PersonVault;

jest.setTimeout(60_000);

describe('the read model', () => {
  const page = readFileSync(join(process.cwd(), 'docs', 'read-model.md'), 'utf8');
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let source: DataSource;

  beforeAll(async () => {
    database = await testDatabase();
    source = await projectorDataSource(database.url, 3).initialize();
    await finishedProjections(source, [
      fundBalancesProjection, associationTotalsProjection, beneficiaryHistoriesProjection, registryProjection(noVault),
      fundStatementProjection, campaignTotalsProjection, pledgesProjection, journalProjection,
    ]);
  });
  afterAll(async () => {
    await source.destroy();
    await database.close();
  });

  it('is described column by column on its page', async () => {
    const described = new Map<string, string[]>();
    let view = '';
    for (const line of page.split('\n')) {
      const heading = /^## read\.(\w+)$/.exec(line);
      if (heading) described.set((view = heading[1]!), []);
      else if (line.startsWith('## ')) view = '';
      const column = /^\| (\w+) \| ([\w ]+) \| [^|]+ \| [^|]+ \|$/.exec(line);
      if (view !== '' && column && column[1] !== 'column') described.get(view)!.push(`${column[1]} ${column[2]}`);
    }
    const rows = await source.query(`SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'read' ORDER BY table_name, ordinal_position`) as { table_name: string; column_name: string; data_type: string }[];
    const actual = new Map<string, string[]>();
    for (const row of rows) actual.set(row.table_name, [...(actual.get(row.table_name) ?? []), `${row.column_name} ${row.data_type}`]);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(actual));
  });

  it('answers the ready questions of its page, as the dashboards\' role', async () => {
    const questions = [...page.matchAll(/```sql\n([^`]+);\n```/g)].map((match) => match[1]!);
    expect(questions.length).toBeGreaterThan(3);
    const runner = source.createQueryRunner();
    await runner.query('SET ROLE dashboard');
    for (const question of questions) await runner.query(question);
    await runner.query('RESET ROLE');
    await runner.release();
  });

  it('gives no more rows at a time than its limits say, whatever is asked for', async () => {
    const limits: unknown[] = [];
    const recorder = { query: async (sql: string, parameters: unknown[] = []): Promise<unknown> => { limits.push(...parameters.filter((one) => typeof one === 'number')); return source.query(sql, parameters); } };
    await fundBalances(recorder, {}, 1_000_000);
    await fundDays(recorder, randomUUID(), {}, 1_000_000);
    await beneficiaryHistory(recorder, randomUUID(), {}, 1_000_000);
    await mostSupported(recorder, 'TI', 1_000_000);
    await listOf(recorder, 'donor', {}, 1_000_000);
    await fundStatement(recorder, randomUUID(), {}, 1_000_000);
    await pledgeStandings(recorder, {}, { asOf: '2023-05-05' }, 1_000_000);
    expect(limits).toEqual([FUND_PAGE_LIMIT, FUND_PAGE_LIMIT, HISTORY_PAGE_LIMIT, HISTORY_PAGE_LIMIT, REGISTRY_PAGE_LIMIT, STATEMENT_PAGE_LIMIT, PLEDGE_PAGE_LIMIT]);
    const many = Array.from({ length: CAMPAIGN_LIST_LIMIT + 1 }, () => randomUUID());
    expect((await fundStandings(source, many, {})).value).toHaveLength(STANDING_FUNDS_LIMIT);
    const lists: number[] = [];
    await campaignTotals({ query: async (sql: string, parameters: unknown[] = []): Promise<unknown> => { lists.push(...parameters.filter(Array.isArray).map((one) => one.length)); return source.query(sql, parameters); } }, many, {});
    expect(lists).toEqual([CAMPAIGN_LIST_LIMIT]);
  });

  it('is read through an index in every query', async () => {
    const asked: { sql: string; parameters: unknown[] }[] = [];
    const recorder = { query: async (sql: string, parameters: unknown[] = []): Promise<unknown> => { asked.push({ sql, parameters }); return source.query(sql, parameters); } };
    const [a, b] = [randomUUID(), randomUUID()];
    await fundBalance(recorder, a);
    await fundBalance(recorder, a, { on: '2023-05-05' });
    await fundBalances(recorder, {}, 50, { code: 'A', fundId: a });
    await fundBalances(recorder, { associationId: a }, 50);
    await fundBalances(recorder, { associationId: a, withDescendants: true, on: '2023-05-05' }, 50);
    await fundDays(recorder, a, { from: '2023-01-01', to: '2023-12-31' }, 50, '2023-02-02');
    await closingByMonth(recorder, a, { from: '2023-01', to: '2023-12' });
    await associationTotals(recorder, [a, b], { withDescendants: true, from: '2023-01-01', to: '2023-12-31' });
    await movementSpan(recorder, a);
    await beneficiaryHistory(recorder, a, {}, 50, { day: '2023-01-01', anchor: '1', seq: '1', position: '1' });
    await beneficiaryTotal(recorder, a);
    await beneficiaryCounts(recorder, 'TI');
    await mostSupported(recorder, 'TI', 5);
    for (const thing of ['association', 'fund', 'campaign', 'scholarship_program', 'pledge', 'donor', 'beneficiary'] as const) {
      await listOf(recorder, thing, { rootCode: 'TI' }, 50, { rootCode: 'TI', code: 'A', id: a });
      await listOf(recorder, thing, { rootCode: 'TI', code: 'A' }, 50);
      await byIds(recorder, thing, [a, b]);
    }
    await listOf(recorder, 'donor', { nameHashes: ['0'] }, 50);
    await listOf(recorder, 'association', { underId: a }, 50);
    await listOf(recorder, 'pledge', { donorId: a }, 50);
    const [knownAt, range] = ['2023-06-01T00:00:00.000Z', { from: '2023-01-01', to: '2023-12-31' }];
    for (const question of [range, { ...range, knownAt }]) {
      await fundStatement(recorder, a, question, 50, { day: '2023-01-01', anchor: '1', seq: '1', position: '1' });
      await campaignTotals(recorder, [a, b], question);
      await trialBalance(recorder, { fundId: a }, question);
      for (const withDescendants of [true, false]) await trialBalance(recorder, { associationId: a, withDescendants }, question);
    }
    for (const when of [{}, { effectiveOn: '2023-05-05' }, { effectiveOn: '2023-05-05', knownAt }]) await fundStandings(recorder, [a, b], when);
    for (const filter of [{ pledgeId: a }, { rootCode: 'TI' }, { fundId: a }, { donorId: a }, { campaignId: a }, { associationId: a }, { underId: a }]) {
      await pledgeStandings(recorder, filter, { asOf: '2023-05-05', knownAt }, 50, { rootCode: 'TI', code: 'A', pledgeId: a }, 'overdue');
      await pledgeTotals(recorder, filter, { asOf: '2023-05-05' });
    }
    const runner = source.createQueryRunner();
    await runner.query('SET enable_seqscan = off');
    for (const { sql, parameters } of asked) {
      const plan = (await runner.query(`EXPLAIN ${sql}`, parameters) as { 'QUERY PLAN': string }[]).map((row) => row['QUERY PLAN']).join('\n');
      // The registry of builds is a handful of rows; everything else must be reached by an index.
      const scanned = [...plan.matchAll(/Seq Scan on (\w+)/g)].map((match) => match[1]).filter((table) => table !== 'build' && table !== 'checkpoint');
      expect({ sql, scanned }).toEqual({ sql, scanned: [] });
    }
    await runner.query('RESET enable_seqscan');
    await runner.release();
  });
});
