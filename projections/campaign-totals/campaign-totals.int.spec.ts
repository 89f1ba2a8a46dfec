import { uuidv5, LEDGER_NAMESPACE } from '@ledger/kernel';
import { HandMadeLog, ProjectionBench } from '../../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../../test/support/postgres.js';
import { campaignTotals, campaignTotalsProjection } from './index.js';
import type { CampaignQuestion } from './index.js';

jest.setTimeout(60_000);

const id = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);

describe('campaign totals', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let bench: ProjectionBench;
  let log: HandMadeLog;

  beforeEach(async () => {
    database = await testDatabase();
    bench = await ProjectionBench.open(database.url, campaignTotalsProjection);
    log = new HandMadeLog();
    for (const code of ['C1', 'C2']) log.add(`campaign-${id(code)}`, 'CampaignLaunched', { campaignId: id(code), code, associationId: id('TI'), name: code }, { recordedAt: '2023-01-01T00:00:00.000Z' });
  });
  afterEach(async () => {
    await bench.close();
    await database.close();
  });

  function book(type: string, day: string, data: object, recordedAt = '2023-02-01T00:00:00.000Z'): void {
    log.add(`fundBook-${id('A')}`, type, { fundId: id('A'), effectiveOn: day, ...data }, { recordedAt });
  }
  function donate(campaign: string | undefined, account: string, amount: string, day: string): void {
    book('DonationReceived', day, { account, amount, donorId: id('D'), ...(campaign === undefined ? {} : { campaignId: id(campaign) }) });
  }
  function adjust(kind: string, account: string, delta: string, day: string, recordedAt?: string): void {
    book('VoucherAdjusted', day, { adjusts: { kind }, account, delta, campaignId: id('C1') }, recordedAt);
  }
  async function figures(campaign: string, question: CampaignQuestion = {}): Promise<object> {
    return (await campaignTotals(bench.database, [id(campaign)], question)).value[0]!.figures;
  }

  it('tells money from goods, counts donations, and leaves other campaigns and none alone', async () => {
    donate('C1', 'cash', '10', '2023-02-01');
    donate('C1', 'bank', '20', '2023-02-01');
    donate('C1', 'goods', '5', '2023-02-02');
    donate(undefined, 'cash', '1000', '2023-02-02');
    await bench.write(log.events, 2);
    expect(await figures('C1')).toEqual({ pledged: '0', pledges_cancelled: '0', received_money: '30', received_in_kind: '5', received: '35', pledges: 0, donations: 3 });
    expect(await figures('C2')).toMatchObject({ received: '0', donations: 0 });
  });

  it('adjusts amounts on the adjustment\'s own day, and no counts; only receipts concern a campaign', async () => {
    donate('C1', 'cash', '100', '2023-02-01');
    adjust('receipt', 'cash', '-100', '2023-03-01');
    adjust('receipt', 'goods', '7', '2023-03-01');
    adjust('payment', 'cash', '999', '2023-03-01');
    await bench.write(log.events);
    expect(await figures('C1', { to: '2023-02-28' })).toMatchObject({ received_money: '100', donations: 1 });
    expect(await figures('C1')).toMatchObject({ received_money: '0', received_in_kind: '7', donations: 1 });
    expect(await figures('C1', { from: '2023-03-01', to: '2023-03-31' })).toMatchObject({ received_money: '-100', donations: 0 });
  });

  it('keeps what was promised apart, and what of it was cancelled', async () => {
    log.add(`pledge-${id('P')}`, 'PledgeMade', { pledgeId: id('P'), campaignId: id('C1'), amount: '500', effectiveOn: '2023-02-01' });
    log.add(`pledge-${id('R')}`, 'PledgeMade', { pledgeId: id('R'), amount: '900', effectiveOn: '2023-02-01' });
    for (const pledge of ['P', 'R']) log.add(`pledge-${id(pledge)}`, 'PledgeCancelled', { pledgeId: id(pledge), effectiveOn: '2023-04-01' });
    await bench.write(log.events, 1);
    expect(await figures('C1', { to: '2023-03-31' })).toMatchObject({ pledged: '500', pledges_cancelled: '0', pledges: 1 });
    expect(await figures('C1')).toMatchObject({ pledged: '500', pledges_cancelled: '500', received: '0' });
  });

  it('shows an adjustment made in May about a March receipt in both ways', async () => {
    donate('C1', 'cash', '100', '2023-03-10');
    adjust('receipt', 'cash', '-30', '2023-03-31', '2023-05-05T03:00:00.000Z');
    await bench.write(log.events);
    expect(await figures('C1', { to: '2023-03-31' })).toMatchObject({ received_money: '70' });
    expect(await figures('C1', { to: '2023-03-31', knownAt: '2023-05-05T02:59:59.999Z' })).toMatchObject({ received_money: '100', donations: 1 });
    expect(await figures('C1', { knownAt: '2023-01-31T00:00:00.000Z' })).toMatchObject({ received_money: '0', donations: 0 });
  });

  it('answers several campaigns by code, and none that do not exist', async () => {
    await bench.write(log.events);
    expect((await campaignTotals(bench.database, [id('C2'), id('none'), id('C1')], {})).value.map(({ code, associationId }) => [code, associationId])).toEqual([['C1', id('TI')], ['C2', id('TI')]]);
    expect(await bench.rows('SELECT code, pledged, received, donations FROM read.campaign_total ORDER BY code')).toEqual(['C1', 'C2'].map((code) => ({ code, pledged: '0', received: '0', donations: '0' })));
  });
});
