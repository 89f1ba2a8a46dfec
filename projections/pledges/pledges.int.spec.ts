import { uuidv5, LEDGER_NAMESPACE } from '@ledger/kernel';
import { HandMadeLog, ProjectionBench } from '../../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../../test/support/postgres.js';
import { pledgeStandings, pledgeTotals, pledgesProjection } from './index.js';
import type { PledgeFilter, PledgeStanding, PledgeTotals } from './index.js';

jest.setTimeout(60_000);

const id = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);

describe('pledges', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let bench: ProjectionBench;
  let log: HandMadeLog;

  beforeEach(async () => {
    database = await testDatabase();
    bench = await ProjectionBench.open(database.url, pledgesProjection);
    log = new HandMadeLog();
    log.add('association-1', 'AssociationRegistered', { associationId: id('TI') });
    log.add('association-2', 'AssociationRegistered', { associationId: id('TI-01'), parentId: id('TI') });
    for (const [fund, association] of [['A', 'TI'], ['B', 'TI-01']] as const) log.add(`fund-${fund}`, 'FundOpened', { fundId: id(fund), associationId: id(association), rootCode: 'TI', code: fund });
  });
  afterEach(async () => {
    await bench.close();
    await database.close();
  });

  function promise(code: string, amount: string, more: object = {}, recordedAt?: string): void {
    log.add(`pledge-${id(code)}`, 'PledgeMade', { pledgeId: id(code), code, donorId: id('donor'), fundId: id('A'), amount, effectiveOn: '2023-01-10', ...more }, recordedAt === undefined ? {} : { recordedAt });
  }
  function receive(code: string | undefined, amount: string, day: string, recordedAt?: string): void {
    log.add(`fundBook-${id('A')}`, 'DonationReceived', { fundId: id('A'), account: 'cash', amount, donorId: id('another donor'), effectiveOn: day, ...(code === undefined ? {} : { pledgeId: id(code) }) }, recordedAt === undefined ? {} : { recordedAt });
  }
  function adjust(code: string, delta: string, day: string, recordedAt?: string): void {
    log.add(`fundBook-${id('A')}`, 'VoucherAdjusted', { fundId: id('A'), adjusts: { kind: 'receipt' }, account: 'cash', delta, pledgeId: id(code), effectiveOn: day }, recordedAt === undefined ? {} : { recordedAt });
  }
  async function one(code: string, asOf = '2023-12-31', knownAt?: string): Promise<PledgeStanding> {
    return (await pledgeStandings(bench.database, { pledgeId: id(code) }, { asOf, ...(knownAt === undefined ? {} : { knownAt }) }, 1)).value[0]!;
  }
  async function totals(filter: PledgeFilter = {}, asOf = '2023-12-31'): Promise<PledgeTotals> {
    return (await pledgeTotals(bench.database, filter, { asOf })).value;
  }

  it('counts what came in on a pledge, whoever gave it and adjustments included, and what is still outstanding', async () => {
    promise('P', '100');
    receive('P', '60', '2023-02-01');
    receive('P', '10', '2023-03-01');
    receive(undefined, '999', '2023-03-01');
    adjust('P', '-20', '2023-05-01');
    await bench.write(log.events, 3);
    expect(await one('P', '2023-01-31')).toMatchObject({ amount: '100', received: '0', outstanding: '100' });
    expect(await one('P', '2023-04-30')).toMatchObject({ received: '70', outstanding: '30' });
    expect(await one('P')).toMatchObject({ pledgeId: id('P'), rootCode: 'TI', code: 'P', received: '50', outstanding: '50', overdue: '0', dueOn: null, cancelledOn: null, campaignId: null, associationId: id('TI') });
  });

  it('leaves nothing outstanding of one that got more than was promised, and takes it off no other', async () => {
    promise('P', '100');
    promise('R', '40');
    receive('P', '150', '2023-02-01');
    await bench.write(log.events);
    expect(await one('P')).toMatchObject({ received: '150', outstanding: '0' });
    expect(await totals()).toEqual({ count: 2, cancelled: 0, pledged: '140', pledgedCancelled: '0', received: '150', outstanding: '40', overdue: '0' });
  });

  it('is overdue from the day after it was due, with what is outstanding then', async () => {
    promise('P', '100', { dueOn: '2023-03-31' });
    receive('P', '30', '2023-02-01');
    receive('P', '70', '2023-06-01');
    await bench.write(log.events);
    expect(await one('P', '2023-03-31')).toMatchObject({ outstanding: '70', overdue: '0' });
    expect(await one('P', '2023-04-01')).toMatchObject({ outstanding: '70', overdue: '70' });
    expect(await one('P', '2023-06-01')).toMatchObject({ outstanding: '0', overdue: '0' });
  });

  it('leaves nothing outstanding of a cancelled pledge, from its day on', async () => {
    promise('P', '100', { dueOn: '2023-02-01' });
    receive('P', '30', '2023-02-01');
    log.add(`pledge-${id('P')}`, 'PledgeCancelled', { pledgeId: id('P'), effectiveOn: '2023-04-01', reason: 'x' });
    await bench.write(log.events);
    expect(await one('P', '2023-03-31')).toMatchObject({ outstanding: '70', overdue: '70', cancelledOn: null });
    expect(await one('P')).toMatchObject({ received: '30', outstanding: '0', overdue: '0', cancelledOn: '2023-04-01' });
    expect(await totals()).toMatchObject({ count: 1, cancelled: 1, pledged: '100', pledgedCancelled: '100', outstanding: '0' });
    expect(await bench.rows('SELECT pledged, received, outstanding FROM read.pledge_standing')).toEqual([{ pledged: '100', received: '30', outstanding: '0' }]);
  });

  it('does not know at an instant what was recorded later: a promise, a receipt, an adjustment, a cancelling', async () => {
    const at = (day: number): string => `2024-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
    promise('P', '100', {}, at(2));
    receive('P', '60', '2023-02-01', at(3));
    adjust('P', '-5', '2023-02-01', at(4));
    log.add(`pledge-${id('P')}`, 'PledgeCancelled', { pledgeId: id('P'), effectiveOn: '2023-02-01', reason: 'x' }, { recordedAt: at(5) });
    await bench.write(log.events, 2);
    expect(await one('P', '2023-12-31', at(1))).toBeUndefined();
    expect(await one('P', '2023-12-31', at(2))).toMatchObject({ received: '0', outstanding: '100' });
    expect(await one('P', '2023-12-31', at(3))).toMatchObject({ received: '60', outstanding: '40' });
    expect(await one('P', '2023-12-31', at(4))).toMatchObject({ received: '55', outstanding: '45', cancelledOn: null });
    expect(await one('P', '2023-12-31', at(5))).toMatchObject({ received: '55', outstanding: '0', cancelledOn: '2023-02-01' });
  });

  it('adds up by fund, donor, campaign, association, subtree and tree', async () => {
    promise('P1', '1');
    promise('P2', '2', { fundId: id('B'), donorId: id('other') });
    promise('P3', '4', { fundId: id('B'), campaignId: id('C') });
    await bench.write(log.events);
    const pledged = async (filter: PledgeFilter): Promise<string> => (await totals(filter)).pledged;
    expect(await pledged({ fundId: id('B') })).toBe('6');
    expect(await pledged({ donorId: id('donor') })).toBe('5');
    expect(await pledged({ campaignId: id('C') })).toBe('4');
    expect(await pledged({ associationId: id('TI') })).toBe('1');
    expect(await pledged({ underId: id('TI') })).toBe('7');
    expect(await pledged({ underId: id('TI-01') })).toBe('6');
    expect(await pledged({ rootCode: 'TI', code: 'P2' })).toBe('2');
    expect(await pledged({ rootCode: 'QT' })).toBe('0');
  });

  it('lists by code, page by page, and those outstanding or overdue alone', async () => {
    promise('P1', '10');
    promise('P2', '20', { dueOn: '2023-02-01' });
    promise('P3', '30');
    receive('P1', '10', '2023-03-01');
    await bench.write(log.events);
    const codes = async (limit: number, after?: string, only?: 'outstanding' | 'overdue'): Promise<string[]> =>
      (await pledgeStandings(bench.database, {}, { asOf: '2023-12-31' }, limit, after === undefined ? undefined : { rootCode: 'TI', code: after, pledgeId: id(after) }, only)).value.map((pledge) => pledge.code);
    expect(await codes(2)).toEqual(['P1', 'P2']);
    expect(await codes(2, 'P2')).toEqual(['P3']);
    expect(await codes(9, undefined, 'outstanding')).toEqual(['P2', 'P3']);
    expect(await codes(9, undefined, 'overdue')).toEqual(['P2']);
  });

  it('refuses a cancelling of what was never promised', async () => {
    await bench.write(log.events);
    await expect(bench.rehearse([log.add('pledge-9', 'PledgeCancelled', { pledgeId: id('P9'), effectiveOn: '2023-01-01' })])).rejects.toThrow('never made');
  });
});
