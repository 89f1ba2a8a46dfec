import { LEDGER_NAMESPACE, uuidv5 } from '@ledger/kernel';
import { HandMadeLog, ProjectionBench } from '../../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../../test/support/postgres.js';
import { associationTotals, associationTotalsProjection, movementSpan } from './index.js';
import type { TotalsQuestion } from './index.js';

jest.setTimeout(60_000);

const id = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);

describe('association totals', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let bench: ProjectionBench;
  let log: HandMadeLog;

  // province ─┬─ north ── village      funds: P (province), N1 and N2 (north), S (south)
  //           └─ south
  beforeEach(async () => {
    database = await testDatabase();
    bench = await ProjectionBench.open(database.url, associationTotalsProjection);
    log = new HandMadeLog();
    register('province', undefined, 5);
    register('north', 'province', 30);
    register('south', 'province', 40);
    register('village', 'north', 200);
    for (const [code, association] of [['P', 'province'], ['N1', 'north'], ['N2', 'north'], ['S', 'south']] as const) open(code, association);
  });
  afterEach(async () => {
    await bench.close();
    await database.close();
  });

  function register(name: string, parent: string | undefined, members: number, establishedOn = '2000-01-01'): void {
    log.add(`association-${id(name)}`, 'AssociationRegistered', { associationId: id(name), members, establishedOn, ...(parent === undefined ? {} : { parentId: id(parent) }) });
  }
  function open(code: string, association: string): void {
    log.add(`fund-${id(code)}`, 'FundOpened', { fundId: id(code), associationId: id(association), code });
    book(code, 'FundBookOpened', '2023-01-01', { associationId: id(association), opening: { cash: '999', bank: '0', goods: '0' }, endowmentPrincipal: '0' });
  }
  function book(code: string, type: string, day: string, data: object): void {
    log.add(`fundBook-${id(code)}`, type, { fundId: id(code), effectiveOn: day, ...data });
  }
  async function totals(name: string, question: TotalsQuestion = { withDescendants: true }): Promise<Record<string, string | number>> {
    const { value } = await associationTotals(bench.database, [id(name)], question);
    return { ...value[0]?.figures };
  }
  const own: TotalsQuestion = { withDescendants: false };

  it('counts units, members and funds, alone and with all below', async () => {
    await bench.write(log.events, 3);
    expect(await totals('province')).toMatchObject({ units: 4, members: 275, funds: 4, movements: 0 });
    expect(await totals('north')).toMatchObject({ units: 2, members: 230, funds: 2 });
    expect(await totals('north', own)).toMatchObject({ units: 1, members: 30, funds: 2 });
    expect(await totals('nowhere')).toEqual({});
  });

  it('holds members to the latest count of each day, also when a count comes late', async () => {
    const count = (members: number, effectiveOn: string): void => void log.add(`association-${id('north')}`, 'MembersCounted', { associationId: id('north'), members, effectiveOn });
    count(50, '2023-05-01');
    count(35, '2022-01-01');
    count(55, '2023-05-01');
    await bench.write(log.events, 1);
    const membersOn = async (to: string): Promise<unknown> => (await totals('province', { withDescendants: true, to }))['members'];
    expect([await membersOn('2021-12-31'), await membersOn('2022-06-01'), await membersOn('2023-06-01')]).toEqual([275, 280, 300]);
  });

  it('adds receipts and direct support up to what was mobilised; a promise is no part of it', async () => {
    book('N1', 'DonationReceived', '2023-02-01', { account: 'bank', amount: '100' });
    book('S', 'DonationReceived', '2023-02-01', { account: 'goods', amount: '20' });
    book('S', 'VoucherAdjusted', '2023-03-01', { adjusts: { kind: 'receipt' }, account: 'goods', delta: '-20' });
    log.add('mobilisation-v', 'DirectSupportReported', { associationId: id('village'), effectiveOn: '2023-02-03', form: 'goods', amount: '7', recipients: 4 });
    log.add('mobilisation-v', 'DirectSupportReported', { associationId: id('village'), effectiveOn: '2023-02-03', form: 'money', amount: '5', recipients: 1 });
    log.add('pledge-1', 'PledgeMade', { pledgeId: id('P1'), fundId: id('N2'), amount: '900', effectiveOn: '2023-02-01' });
    await bench.write(log.events);
    expect(await totals('province')).toMatchObject({
      received_money: '100', received_in_kind: '0', direct_support: '12', direct_support_in_kind: '7', direct_support_recipients: 5, mobilised: '112', pledged: '900', donations: 2, movements: 6 });
    expect(await totals('province', own)).toMatchObject({ mobilised: '0', pledged: '0', donations: 0 });
    expect(await totals('north')).toMatchObject({ mobilised: '112', pledged: '900' });
    expect(await totals('village', own)).toMatchObject({ direct_support: '12' });
  });

  it('shows a cancelled pledge beside what was pledged', async () => {
    log.add('pledge-1', 'PledgeMade', { pledgeId: id('P1'), fundId: id('N2'), amount: '900', effectiveOn: '2023-02-01' });
    log.add('pledge-1', 'PledgeCancelled', { pledgeId: id('P1'), effectiveOn: '2023-04-01' });
    await bench.write(log.events, 1);
    expect(await totals('province')).toMatchObject({ pledged: '900', pledges_cancelled: '900' });
  });

  it('splits spending by kind, at the fund that paid', async () => {
    book('N1', 'ScholarshipAwarded', '2023-02-01', { amount: '60' });
    book('N1', 'InstalmentPaid', '2023-02-02', { account: 'bank', amount: '30' });
    book('N1', 'DisbursementPaid', '2023-02-03', { account: 'cash', amount: '4', purpose: 'gift', recipients: 9 });
    book('N1', 'VoucherAdjusted', '2023-02-04', { adjusts: { kind: 'payment' }, account: 'cash', delta: '-1', purpose: 'gift' });
    book('N1', 'VoucherAdjusted', '2023-02-04', { adjusts: { kind: 'instalment' }, account: 'bank', delta: '-10', commitmentDelta: '10' });
    await bench.write(log.events);
    expect(await totals('province')).toMatchObject({
      spent: '23', spent_on_scholarships: '20', spent_on_gift: '3', spent_on_disbursements: '3', scholarships_awarded: 1, amount_awarded: '60', instalments: 1, disbursements: 1, recipients: 9 });
  });

  it('counts a prize\'s money at the fund\'s association and the honour at the award\'s own', async () => {
    book('N1', 'PrizeAwarded', '2023-02-01', { associationId: id('south'), account: 'cash', amount: '50', recipientKind: 'group', awardKind: 'certificate_of_merit' });
    log.add('mobilisation-s', 'HonourConferred', { associationId: id('south'), effectiveOn: '2023-02-01', recipientKind: 'individual', awardKind: 'certificate_of_merit' });
    log.add('mobilisation-s', 'HonourConferred', { associationId: id('south'), effectiveOn: '2023-02-01', recipientKind: 'individual', awardKind: 'prize' });
    await bench.write(log.events);
    expect(await totals('north')).toMatchObject({ spent_on_awards: '50', awards_to_groups: 0, movements: 1 });
    expect(await totals('south')).toMatchObject({ spent_on_awards: '0', awards_to_groups: 1, awards_to_individuals: 2, certificates_of_merit: 2, movements: 2 });
    expect(await totals('province')).toMatchObject({ spent_on_awards: '50', awards_to_groups: 1, certificates_of_merit: 2, movements: 3 });
  });

  it('shows transfers gross, what of them is eliminated within, and the net', async () => {
    const transfer = (from: string, to: string, amount: string): void => {
      book(from, 'TransferSent', '2023-02-01', { toFundId: id(to), fromAccount: 'cash', toAccount: 'cash', amount });
      book(to, 'TransferReceived', '2023-02-02', { fromFundId: id(from), account: 'cash', amount, sentOn: '2023-02-01' });
    };
    transfer('P', 'N1', '100');
    transfer('N1', 'N2', '10');
    transfer('N2', 'S', '1');
    book('P', 'MovedBetweenAccounts', '2023-02-01', { fromAccount: 'cash', toAccount: 'bank', amount: '5' });
    await bench.write(log.events);
    expect(await totals('province')).toMatchObject({ transferred_in: '111', transferred_out: '111', eliminated_in: '111', eliminated_out: '111', net_transferred_in: '0', net_transferred_out: '0', in_transit: '0', movements: 4 });
    expect(await totals('north')).toMatchObject({ transferred_in: '110', transferred_out: '11', eliminated_in: '10', eliminated_out: '10', net_transferred_in: '100', net_transferred_out: '1' });
    expect(await totals('north', own)).toMatchObject({ eliminated_in: '10', net_transferred_in: '100' });
    expect(await totals('province', own)).toMatchObject({ transferred_out: '100', eliminated_out: '0', net_transferred_out: '100' });
    expect(await totals('province', { withDescendants: true, to: '2023-02-01' })).toMatchObject({ transferred_in: '0', transferred_out: '111', in_transit: '111' });
  });

  it('adjusts a transfer on both sides', async () => {
    book('P', 'TransferAdjusted', '2023-02-01', { side: 'sent', leads: true, counterpartFundId: id('S'), account: 'cash', delta: '3' });
    await bench.write(log.events);
    expect(await totals('province')).toMatchObject({ transferred_out: '3', transferred_in: '0', in_transit: '3', eliminated_out: '3', movements: 1 });
    book('S', 'TransferAdjusted', '2023-02-01', { side: 'received', leads: false, counterpartFundId: id('P'), account: 'cash', delta: '3' });
    await bench.write(log.events.slice(-1));
    expect(await totals('province')).toMatchObject({ transferred_in: '3', in_transit: '0', eliminated_in: '3', movements: 1 });
  });

  it('keeps interest, fees and additions to an endowment apart', async () => {
    book('S', 'InterestCredited', '2023-02-01', { amount: '8' });
    book('S', 'BankFeeCharged', '2023-02-01', { amount: '1' });
    book('S', 'EndowmentAdded', '2023-02-01', { amount: '30', from: 'donation' });
    book('S', 'EndowmentAdded', '2023-02-01', { amount: '40', from: 'available' });
    await bench.write(log.events);
    expect(await totals('province')).toMatchObject({ interest: '8', fees: '1', received_money: '30', donations: 1, spent: '0', movements: 4 });
  });

  it('answers any range of days, its ends included; what stands is as of the end', async () => {
    for (const [day, amount] of [['2022-12-31', '1'], ['2023-01-01', '2'], ['2023-12-31', '4'], ['2024-01-01', '8']] as const)
      book('S', 'DonationReceived', day, { account: 'cash', amount });
    await bench.write(log.events, 2);
    const year = { withDescendants: true, from: '2023-01-01', to: '2023-12-31' };
    expect(await totals('province', year)).toMatchObject({ received_money: '6', donations: 2, units: 4, members: 275 });
    expect(await totals('province', { withDescendants: true, from: '2024-01-01' })).toMatchObject({ received_money: '8', units: 4 });
    expect(await totals('province', { withDescendants: true, to: '2022-12-31' })).toMatchObject({ received_money: '1', funds: 0 });
    expect((await movementSpan(bench.database, id('province'))).value).toEqual({ from: '2022-12-31', to: '2024-01-01' });
    expect((await movementSpan(bench.database, id('village'))).value).toBeUndefined();
  });

  it('answers several associations at once', async () => {
    await bench.write(log.events);
    const { value } = await associationTotals(bench.database, [id('north'), id('south'), id('nowhere')], { withDescendants: true });
    expect(value.map((one) => one.associationId).sort()).toEqual([id('north'), id('south')].sort());
  });

  it('refuses money of a fund that was never opened', async () => {
    await bench.write(log.events);
    const strange = log.add('fundBook-x', 'DonationReceived', { fundId: id('X'), effectiveOn: '2023-01-01', account: 'cash', amount: '1' });
    await expect(bench.rehearse([strange])).rejects.toThrow('is named and was never seen');
  });
});
