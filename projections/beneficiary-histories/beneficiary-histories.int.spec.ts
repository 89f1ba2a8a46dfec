import { LEDGER_NAMESPACE, uuidv5 } from '@ledger/kernel';
import { HandMadeLog, ProjectionBench } from '../../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../../test/support/postgres.js';
import { beneficiaryCounts, beneficiaryHistoriesProjection, beneficiaryHistory, beneficiaryTotal, beneficiaryTotalAndHistory, entryOf, mostSupported } from './index.js';
import type { HistoryFilter } from './index.js';

jest.setTimeout(60_000);

const id = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);

describe('beneficiary histories', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let bench: ProjectionBench;
  let log: HandMadeLog;
  let voucher = 0;

  beforeEach(async () => {
    database = await testDatabase();
    bench = await ProjectionBench.open(database.url, beneficiaryHistoriesProjection);
    log = new HandMadeLog();
    for (const code of ['B1', 'B2', 'B3']) log.add(`beneficiary-${id(code)}`, 'BeneficiaryRegistered', { beneficiaryId: id(code), rootCode: 'TI', code, kind: 'pupil', associationId: id('a') });
  });
  afterEach(async () => {
    await bench.close();
    await database.close();
  });

  let recordedAt: string;
  beforeEach(() => { recordedAt = '2024-01-01T00:00:00.000Z'; });
  function book(type: string, day: string, data: object, seq?: number, set = 'import'): void {
    voucher += 1;
    const source = seq === undefined ? {} : { source: { set, seq: String(seq) } };
    log.add(`fundBook-${id('F')}`, type, { fundId: id('F'), effectiveOn: day, voucher: { kind: 'payment', year: 2023, number: voucher }, ...data }, { ...source, recordedAt });
  }
  const aid = (day: string, reference: string, seq?: number, set?: string): void =>
    book('DisbursementPaid', day, { beneficiaryId: id('B1'), purpose: 'gift', recipients: 1, account: 'cash', amount: '5', externalReference: reference }, seq, set);
  async function references(): Promise<string[]> {
    return (await beneficiaryHistory(bench.database, id('B1'), {}, 100)).value.map((entry) => entry.reference);
  }

  it('lists what was awarded and paid, with codes and numbers as on paper', async () => {
    book('ScholarshipAwarded', '2023-02-01', { beneficiaryId: id('B1'), scholarshipId: id('S'), code: 'HB1', amount: '100' });
    book('InstalmentPaid', '2023-02-03', { beneficiaryId: id('B1'), scholarshipId: id('S'), instalment: 1, account: 'bank', amount: '40', externalReference: 'PC1' });
    book('VoucherAdjusted', '2023-02-04', { adjusts: { kind: 'instalment' }, account: 'bank', delta: '-10', beneficiaryId: id('B1'), scholarshipId: id('S'), instalment: 1, externalReference: 'DC1' });
    book('ScholarshipRevoked', '2023-02-05', { beneficiaryId: id('B1'), scholarshipId: id('S'), released: '70', externalReference: 'TH1' });
    book('PrizeAwarded', '2023-02-06', { beneficiaryId: id('B1'), awardId: id('A'), associationId: id('a'), code: 'KT1', title: 'Giỏi', awardKind: 'prize', account: 'cash', amount: '9', externalReference: 'PC2' });
    log.add('mobilisation-a', 'HonourConferred', { beneficiaryId: id('B1'), awardId: id('A2'), associationId: id('a'), code: 'KT2', title: 'Bằng khen', awardKind: 'certificate_of_merit', effectiveOn: '2023-02-06' });
    aid('2023-02-07', 'PC3');
    book('VoucherAdjusted', '2023-02-08', { adjusts: { kind: 'payment' }, account: 'cash', delta: '2', beneficiaryId: id('B1'), purpose: 'gift', externalReference: 'DC2' });
    book('VoucherAdjusted', '2023-02-08', { adjusts: { kind: 'prize' }, account: 'cash', delta: '-1', beneficiaryId: id('B1'), awardId: id('A'), externalReference: 'DC3' });
    book('VoucherAdjusted', '2023-02-08', { adjusts: { kind: 'receipt' }, account: 'cash', delta: '-1', externalReference: 'DC4' });
    book('DisbursementPaid', '2023-02-09', { purpose: 'gift', recipients: 30, account: 'cash', amount: '5', externalReference: 'PC4' });
    await bench.write(log.events, 4);
    const { value } = await beneficiaryHistory(bench.database, id('B1'), {}, 100);
    expect(value.map((entry) => [entry.day, entry.kind, entry.amount, entry.reference])).toEqual([
      ['2023-02-01', 'scholarship_awarded', '100', 'HB1'], ['2023-02-03', 'instalment_paid', '40', 'PC1'], ['2023-02-04', 'instalment_adjusted', '-10', 'DC1'],
      ['2023-02-05', 'scholarship_revoked', '70', 'TH1'], ['2023-02-06', 'award_granted', '9', 'KT1'], ['2023-02-06', 'award_granted', '0', 'KT2'],
      ['2023-02-07', 'disbursement_paid', '5', 'PC3'], ['2023-02-08', 'disbursement_adjusted', '2', 'DC2'], ['2023-02-08', 'award_adjusted', '-1', 'DC3'],
    ]);
    expect((await beneficiaryTotal(bench.database, id('B1'))).value?.figures).toEqual({
      scholarships_amount: '100', released_amount: '70', instalments_amount: '30', awards_amount: '8', disbursements_amount: '7', paid: '45',
      scholarships: 1, instalments: 1, awards: 2, certificates_of_merit: 1, disbursements: 1, entries: 9 });
  });

  it('names a payment without a number on paper by its voucher', async () => {
    voucher = 41;
    book('DisbursementPaid', '2023-02-01', { beneficiaryId: id('B1'), purpose: 'gift', recipients: 1, account: 'cash', amount: '5' });
    await bench.write(log.events);
    expect(await references()).toEqual(['payment/2023/42']);
  });

  it('keeps an imported set in its own order within a day, whichever way it went into the log', async () => {
    aid('2023-02-01', 'seq 3', 3);
    aid('2023-02-01', 'seq 10', 10);
    aid('2023-02-01', 'seq 2', 2);
    aid('2023-01-31', 'seq 1', 1);
    await bench.write(log.events, 2);
    expect(await references()).toEqual(['seq 1', 'seq 2', 'seq 3', 'seq 10']);
  });

  it('puts hand-made entries and other sets before or after an imported set as a whole, in one order that does not change', async () => {
    aid('2023-02-01', 'hand before');
    aid('2023-02-01', 'first set 2', 2, 'first');
    aid('2023-02-01', 'hand between');
    aid('2023-02-01', 'second set 9', 9, 'second');
    aid('2023-02-01', 'first set 1', 1, 'first');
    aid('2023-02-01', 'second set 5', 5, 'second');
    await bench.write(log.events, 1);
    expect(await references()).toEqual(['hand before', 'first set 1', 'first set 2', 'hand between', 'second set 5', 'second set 9']);
  });

  it('gives a history page by page without losing or repeating a line', async () => {
    for (let n = 0; n < 7; n += 1) aid(n % 2 === 0 ? '2023-02-01' : '2023-02-02', `n${n}`, n % 3 === 0 ? n : undefined);
    await bench.write(log.events);
    const all = (await beneficiaryHistory(bench.database, id('B1'), {}, 100)).value;
    const paged = [];
    for (let page = (await beneficiaryHistory(bench.database, id('B1'), {}, 2)).value; page.length > 0; page = (await beneficiaryHistory(bench.database, id('B1'), {}, 2, page.at(-1)!.key)).value) paged.push(...page);
    expect(paged).toEqual(all);
    expect(all).toHaveLength(7);
    const { total, entries } = (await beneficiaryTotalAndHistory(bench.database, id('B1'), {}, 4, all[2]!.key)).value;
    expect([total?.figures.entries, entries.map(entryOf)]).toEqual([7, all.slice(3)]);
  });

  it('filters by day and by what was known, and adds up just that', async () => {
    aid('2023-02-01', 'a');
    aid('2023-02-03', 'b');
    recordedAt = '2024-05-05T00:00:00.000Z';
    aid('2023-02-02', 'late');
    log.add(`beneficiary-${id('B4')}`, 'BeneficiaryRegistered', { beneficiaryId: id('B4'), rootCode: 'TI', code: 'B4', kind: 'pupil', associationId: id('a') }, { recordedAt });
    await bench.write(log.events);
    const asked = async (filter: HistoryFilter): Promise<unknown> => {
      const references = (await beneficiaryHistory(bench.database, id('B1'), filter, 10)).value.map((entry) => entry.reference);
      const total = (await beneficiaryTotal(bench.database, id('B1'), filter)).value;
      const both = (await beneficiaryTotalAndHistory(bench.database, id('B1'), filter, 10)).value;
      expect([both.entries.map((entry) => entryOf(entry).reference), both.total]).toEqual([references, total]);
      return [references, total?.figures.entries, total?.figures.paid];
    };
    expect(await asked({})).toEqual([['a', 'late', 'b'], 3, '15']);
    expect(await asked({ from: '2023-02-02' })).toEqual([['late', 'b'], 2, '10']);
    expect(await asked({ to: '2023-02-02' })).toEqual([['a', 'late'], 2, '10']);
    expect(await asked({ knownAt: '2024-05-04T23:59:59.999Z' })).toEqual([['a', 'b'], 2, '10']);
    expect(await asked({ knownAt: '2024-05-05T00:00:00.000Z', to: '2023-02-02' })).toEqual([['a', 'late'], 2, '10']);
    expect(await asked({ knownAt: '2023-12-31T00:00:00.000Z' })).toEqual([[], undefined, undefined]);
    const registered = async (knownAt: string): Promise<boolean> => (await beneficiaryTotal(bench.database, id('B4'), { knownAt })).value !== undefined;
    expect([await registered('2024-05-04T00:00:00.000Z'), await registered('2024-05-05T00:00:00.000Z')]).toEqual([false, true]);
  });

  it('counts who is registered and who was supported, most entries first', async () => {
    aid('2023-02-01', 'a');
    book('DisbursementPaid', '2023-02-01', { beneficiaryId: id('B3'), purpose: 'gift', recipients: 1, account: 'cash', amount: '5' });
    book('DisbursementPaid', '2023-02-01', { beneficiaryId: id('B3'), purpose: 'gift', recipients: 1, account: 'cash', amount: '5' });
    await bench.write(log.events);
    expect((await beneficiaryCounts(bench.database, 'TI')).value).toEqual({ registered: 3, supported: 2 });
    expect((await beneficiaryCounts(bench.database, 'other')).value).toEqual({ registered: 0, supported: 0 });
    expect((await mostSupported(bench.database, 'TI', 2)).value.map((one) => one.code)).toEqual(['B3', 'B1']);
    expect((await beneficiaryTotal(bench.database, id('B2'))).value?.figures.entries).toBe(0);
    expect((await beneficiaryTotal(bench.database, id('nobody'))).value).toBeUndefined();
    expect((await beneficiaryTotalAndHistory(bench.database, id('B2'), {}, 5)).value).toMatchObject({ total: { code: 'B2', figures: { entries: 0 } }, entries: [] });
    expect((await beneficiaryTotalAndHistory(bench.database, id('nobody'), {}, 5)).value).toEqual({ total: undefined, entries: [], beside: undefined });
  });
});
