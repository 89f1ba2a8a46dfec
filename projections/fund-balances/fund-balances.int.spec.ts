import { uuidv5, LEDGER_NAMESPACE } from '@ledger/kernel';
import { HandMadeLog, ProjectionBench } from '../../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../../test/support/postgres.js';
import { closingByMonth, fundBalance, fundBalances, fundBalancesProjection, fundDays } from './index.js';

jest.setTimeout(60_000);

const id = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);
const NO_FUND = id('no such fund');

describe('fund balances', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let bench: ProjectionBench;
  let log: HandMadeLog;

  beforeEach(async () => {
    database = await testDatabase();
    bench = await ProjectionBench.open(database.url, fundBalancesProjection);
    log = new HandMadeLog();
    register('province');
    register('district', 'province');
    open('A', 'province', { cash: '100', bank: '1000', goods: '10' }, '200');
    open('B', 'district', { cash: '0', bank: '0', goods: '0' }, '0');
  });
  afterEach(async () => {
    await bench.close();
    await database.close();
  });

  function register(name: string, parent?: string): void {
    log.add(`association-${id(name)}`, 'AssociationRegistered', { associationId: id(name), ...(parent === undefined ? {} : { parentId: id(parent) }) });
  }
  function open(code: string, association: string, opening: object, endowmentPrincipal: string): void {
    const fund = { fundId: id(code), associationId: id(association), code, opening, endowmentPrincipal, effectiveOn: '2023-01-01' };
    log.add(`fund-${id(code)}`, 'FundOpened', fund);
    log.add(`fundBook-${id(code)}`, 'FundBookOpened', fund);
  }
  function book(code: string, type: string, day: string, data: object): void {
    log.add(`fundBook-${id(code)}`, type, { fundId: id(code), effectiveOn: day, ...data });
  }
  async function figures(code: string, on?: string): Promise<Record<string, string | number>> {
    const { value } = await fundBalance(bench.database, id(code), on === undefined ? {} : { on });
    expect(value).toBeDefined();
    return { ...value!.figures };
  }

  it('starts from the opening accounts', async () => {
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({ opening: '1110', cash: '100', bank: '1000', goods: '10', closing: '1110', endowment_principal: '200', available: '900', committed: '0' });
  });

  it('answers an opened fund whose book has no movement, and nothing for a fund that does not exist', async () => {
    await bench.write(log.events.slice(0, 3));
    expect(await figures('A')).toMatchObject({ closing: '0', donations: 0 });
    expect((await fundBalance(bench.database, NO_FUND)).value).toBeUndefined();
  });

  it('tells money from goods in what was received', async () => {
    book('A', 'DonationReceived', '2023-02-01', { account: 'cash', amount: '50' });
    book('A', 'DonationReceived', '2023-02-01', { account: 'goods', amount: '7' });
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({ cash: '150', goods: '17', received_money: '50', received_in_kind: '7', donations: 2, closing: '1167', available: '950' });
  });

  it('commits an award, releases it as instalments are paid, and releases the rest when it is revoked', async () => {
    book('A', 'ScholarshipAwarded', '2023-02-01', { amount: '300' });
    book('A', 'InstalmentPaid', '2023-03-01', { account: 'bank', amount: '100' });
    book('A', 'ScholarshipRevoked', '2023-04-01', { released: '200' });
    await bench.write(log.events, 2);
    expect(await figures('A', '2023-02-28')).toMatchObject({ committed: '300', available: '600', closing: '1110', awarded: '300', scholarships_awarded: 1 });
    expect(await figures('A', '2023-03-31')).toMatchObject({ committed: '200', available: '600', closing: '1010', spent_on_scholarships: '100', instalments: 1 });
    expect(await figures('A')).toMatchObject({ committed: '0', available: '800', released: '200', spent: '100' });
  });

  it('splits what was spent by what it was spent on', async () => {
    book('A', 'PrizeAwarded', '2023-02-01', { account: 'cash', amount: '30' });
    book('A', 'DisbursementPaid', '2023-02-02', { account: 'bank', amount: '40', purpose: 'hardship_aid', recipients: 3 });
    book('A', 'DisbursementPaid', '2023-02-02', { account: 'goods', amount: '5', purpose: 'gift', recipients: 0 });
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({ spent: '75', spent_on_awards: '30', spent_on_disbursements: '45', spent_on_hardship_aid: '40', spent_on_gift: '5', prizes: 1, disbursements: 2, recipients: 3 });
  });

  it('shows a transfer between funds in transit at the sender until it has arrived', async () => {
    book('A', 'TransferSent', '2023-02-01', { fromAccount: 'bank', toFundId: id('B'), toAccount: 'cash', amount: '60' });
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({ bank: '940', transferred_out: '60', in_transit: '60' });
    book('B', 'TransferReceived', '2023-02-03', { account: 'cash', amount: '60', fromFundId: id('A'), sentOn: '2023-02-01' });
    await bench.write(log.events.slice(-1));
    expect(await figures('A')).toMatchObject({ transferred_out: '60', in_transit: '0' });
    expect(await figures('A', '2023-02-02')).toMatchObject({ in_transit: '60' });
    expect(await figures('B')).toMatchObject({ cash: '60', transferred_in: '60', in_transit: '0', received_money: '0' });
  });

  it('leaves transfers alone where money moves between the fund\'s own accounts', async () => {
    book('A', 'MovedBetweenAccounts', '2023-02-01', { fromAccount: 'cash', toAccount: 'bank', amount: '100' });
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({ cash: '0', bank: '1100', transferred_in: '0', transferred_out: '0', closing: '1110' });
  });

  it('books adjustments on their own day, in the sense of the original, and counts none', async () => {
    const adjust = (kind: string, account: string, delta: string, more: object = {}): void =>
      book('A', 'VoucherAdjusted', '2023-05-01', { adjusts: { kind }, account, delta, ...more });
    adjust('receipt', 'cash', '-10');
    adjust('receipt', 'goods', '3');
    adjust('payment', 'bank', '-4', { purpose: 'gift' });
    adjust('prize', 'cash', '1');
    adjust('instalment', 'bank', '-20', { commitmentDelta: '20' });
    adjust('transfer', 'cash', '5', { toAccount: 'bank' });
    adjust('interest', 'bank', '2');
    adjust('fee', 'bank', '1');
    adjust('endowment', 'bank', '6', { from: 'donation' });
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({
      cash: '84', bank: '1036', goods: '13', received_money: '-4', received_in_kind: '3', donations: 0, spent_on_gift: '-4', spent_on_awards: '1',
      spent_on_scholarships: '-20', committed: '20', interest: '2', fees: '1', endowment_principal: '206', disbursements: 0,
    });
    expect(await figures('A', '2023-04-30')).toMatchObject({ closing: '1110', received_money: '0' });
  });

  it('adjusts both sides of a transfer, in transit in between', async () => {
    book('A', 'TransferAdjusted', '2023-02-01', { side: 'sent', account: 'bank', counterpartFundId: id('B'), delta: '5' });
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({ bank: '995', transferred_out: '5', in_transit: '5' });
    book('B', 'TransferAdjusted', '2023-02-01', { side: 'received', account: 'cash', counterpartFundId: id('A'), delta: '5' });
    await bench.write(log.events.slice(-1));
    expect(await figures('A')).toMatchObject({ in_transit: '0' });
    expect(await figures('B')).toMatchObject({ cash: '5', transferred_in: '5' });
  });

  it('takes interest, fees and additions to the endowment', async () => {
    book('A', 'InterestCredited', '2023-02-01', { amount: '9' });
    book('A', 'BankFeeCharged', '2023-02-01', { amount: '2' });
    book('A', 'EndowmentAdded', '2023-02-01', { amount: '50', from: 'donation', donorId: id('donor') });
    book('A', 'EndowmentAdded', '2023-02-01', { amount: '25', from: 'available' });
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({ bank: '1057', interest: '9', fees: '2', endowment_principal: '275', received_money: '50', donations: 1, available: '882' });
  });

  it('keeps what was promised apart, and what of it was cancelled', async () => {
    log.add('pledge-1', 'PledgeMade', { pledgeId: id('P1'), fundId: id('A'), amount: '500', effectiveOn: '2023-02-01' });
    log.add('pledge-1', 'PledgeCancelled', { pledgeId: id('P1'), effectiveOn: '2023-03-01' });
    await bench.write(log.events);
    expect(await figures('A', '2023-02-15')).toMatchObject({ pledged: '500', pledges_cancelled: '0', closing: '1110' });
    expect(await figures('A')).toMatchObject({ pledged: '500', pledges_cancelled: '500' });
  });

  it('holds sums that no longer fit 64 bits', async () => {
    const largest = '9223372036854775807';
    book('A', 'DonationReceived', '2023-02-01', { account: 'cash', amount: largest });
    book('A', 'DonationReceived', '2023-02-02', { account: 'cash', amount: largest });
    await bench.write(log.events);
    expect(await figures('A')).toMatchObject({ received_money: '18446744073709551614' });
    expect(await figures('A', '2023-02-02')).toMatchObject({ received_money: '18446744073709551614' });
  });

  it('gives the days of a fund page by page, each with its end, also where an entry came late', async () => {
    for (const [day, amount] of [['2023-02-01', '1'], ['2023-02-05', '4'], ['2023-02-03', '2']] as const)
      book('A', 'DonationReceived', day, { account: 'cash', amount });
    await bench.write(log.events, 1);
    const first = (await fundDays(bench.database, id('A'), { from: '2023-01-02' }, 2)).value;
    expect(first.map((day) => [day.day, day.changed.cash, day.ended.cash, day.ended.closing])).toEqual([['2023-02-01', '1', '101', '1111'], ['2023-02-03', '2', '103', '1113']]);
    const second = (await fundDays(bench.database, id('A'), { from: '2023-01-02' }, 2, '2023-02-03')).value;
    expect(second.map((day) => [day.day, day.ended.cash])).toEqual([['2023-02-05', '107']]);
    expect((await fundDays(bench.database, id('A'), { to: '2023-02-01' }, 9)).value.map((day) => day.day)).toEqual(['2023-01-01', '2023-02-01']);
    expect((await fundDays(bench.database, id('A'), {}, 9, '2023-02-05')).value).toEqual([]);
  });

  it('lists funds by code, of an association alone or with all below it', async () => {
    open('C', 'district', { cash: '1', bank: '0', goods: '0' }, '0');
    await bench.write(log.events);
    const codes = async (...asked: Parameters<typeof fundBalances> extends [unknown, ...infer Rest] ? Rest : never): Promise<string[]> =>
      (await fundBalances(bench.database, ...asked)).value.map((fund) => fund.code);
    expect(await codes({}, 10)).toEqual(['A', 'B', 'C']);
    expect(await codes({}, 2)).toEqual(['A', 'B']);
    expect(await codes({}, 2, { code: 'B', fundId: id('B') })).toEqual(['C']);
    expect(await codes({ associationId: id('province') }, 10)).toEqual(['A']);
    expect(await codes({ associationId: id('province'), withDescendants: true }, 10)).toEqual(['A', 'B', 'C']);
    expect(await codes({ associationId: id('district'), withDescendants: true, on: '2023-06-30' }, 10)).toEqual(['B', 'C']);
  });

  it('closes each month, carrying what did not move', async () => {
    book('A', 'DonationReceived', '2023-01-31', { account: 'cash', amount: '5' });
    book('A', 'DonationReceived', '2023-03-01', { account: 'cash', amount: '5' });
    await bench.write(log.events);
    const months = (await closingByMonth(bench.database, id('province'), { from: '2022-12', to: '2023-03' })).value;
    expect(months.filter((one) => one.code === 'A').map((one) => [one.month, one.closing])).toEqual([['2022-12', '0'], ['2023-01', '1115'], ['2023-02', '1115'], ['2023-03', '1120']]);
    expect(months.filter((one) => one.code === 'B')).toHaveLength(4);
  });

  it('says how much of the log it reflects', async () => {
    expect(await fundBalance(bench.database, id('A'))).toMatchObject({ value: undefined, position: undefined });
    await bench.write(log.events);
    const answer = await fundBalance(bench.database, NO_FUND);
    expect(answer).toMatchObject({ value: undefined, position: log.events.at(-1)?.position, logId: 'bench', eventTime: '2024-01-01T00:00:00.000Z' });
  });

  it('refuses an event that names what it has not seen', async () => {
    await bench.write(log.events);
    const strange = log.add('pledge-2', 'PledgeCancelled', { pledgeId: id('P2'), effectiveOn: '2023-03-01' });
    await expect(bench.rehearse([strange])).rejects.toThrow('is named and was never seen');
  });

  it('adds up the same in batches of any size, and counts a batch that comes twice once', async () => {
    for (let day = 1; day <= 28; day += 1) book('A', 'DonationReceived', `2023-02-${String(day).padStart(2, '0')}`, { account: 'bank', amount: String(day) });
    await bench.write(log.events, 3);
    await bench.write(log.events, 7);
    expect(await figures('A')).toMatchObject({ bank: '1406', donations: 28 });
  });
});
