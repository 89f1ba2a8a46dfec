import { SetBuilder } from '../testing/index.js';
import { checkSet } from './check-set.js';

const TODAY = '2024-05-01';
const small = SetBuilder.small();

/** code file line column, one line for each fault. */
async function faultsOf(set: SetBuilder, today = TODAY): Promise<string[]> {
  const checked = await checkSet(set, { today });
  return checked.kind === 'sound' ? [] : checked.faults.map(({ code, file, line, column }) => [code, file, line ?? '-', column ?? '-'].join(' '));
}

describe('a sound set', () => {
  it('passes with a plan of all its rows', async () => {
    const checked = await checkSet(small, { today: TODAY });
    expect(checked).toMatchObject({ kind: 'sound', rootCode: 'R', rows: 32 });
  });
});

// Q1: cash 10m, bank 100m of which 50m principal. By line 13 it has 20m + 1m more and has paid 1m and 0.5m from cash.
const REFUSED: readonly (readonly [string, SetBuilder, ...string[]])[] = [
  ['a principal that does not lie in the bank', small.change('funds', 2, { endowment_principal: '100000001' }), 'endowment_principal_must_lie_in_bank funds.csv 2 endowment_principal'],
  ['cash overdrawn by one đồng', small.change('transfers', 3, { amount: '9500001' }), 'account_would_be_overdrawn transfers.csv 3 amount'],
  ['goods overdrawn', small.change('disbursements', 3, { amount: '700001' }), 'account_would_be_overdrawn disbursements.csv 3 amount'],
  ['principal spent by one đồng', small.change('disbursements', 2, { amount: '70000001' }), 'endowment_principal_would_be_spent disbursements.csv 2 amount'],
  ['committed money spent', small.change('scholarships', 3, { amount: '60000000' }).change('scholarship_payments', 4, { amount: '1' })
    .change('disbursements', 2, { amount: '21000001' }), 'payment_exceeds_available_balance disbursements.csv 2 amount'],
  ['a scholarship beyond what is available', small.change('scholarships', 2, { amount: '20000001' }), 'payment_exceeds_available_balance scholarships.csv 2 amount'],
  ['a purpose that the fund does not allow', small.change('disbursements', 2, { fund_code: 'Q2' }), 'purpose_not_allowed_by_fund disbursements.csv 2 purpose'],
  ['a prize from a fund for scholarships', small.change('awards', 2, { fund_code: 'Q2' }), 'purpose_not_allowed_by_fund awards.csv 2 fund_code'],
  ['a restricted fund that pays into an unrestricted one', small.change('transfers', 2, { from_fund_code: 'Q2' }), 'purpose_not_allowed_by_fund transfers.csv 2 to_fund_code'],
  ['goods that become money', small.change('transfers', 3, { from_account: 'goods' }), 'goods_and_money_do_not_mix transfers.csv 3 to_account'],
  ['an instalment in goods', small.change('scholarship_payments', 4, { account: 'goods' }), 'goods_and_money_do_not_mix scholarship_payments.csv 4 account'],
  ['an instalment paid twice', small.change('scholarship_payments', 3, { instalment: '1' }), 'instalment_already_paid scholarship_payments.csv 3 instalment'],
  ['an instalment out of order, its successors left alone', small.change('scholarship_payments', 2, { instalment: '2' }), 'instalment_out_of_order scholarship_payments.csv 2 instalment'],
  ['an instalment numbered 0', small.change('scholarship_payments', 2, { instalment: '0' }), 'instalment_must_be_one_or_more scholarship_payments.csv 2 instalment'],
  ['an instalment beyond the amount', small.change('scholarship_payments', 3, { amount: '2000001' }), 'instalment_exceeds_scholarship scholarship_payments.csv 3 amount'],
  ['an instalment posted before its award', small.change('scholarships', 2, { posted_seq: '90', awarded_on: '2023-02-01' }), 'scholarship_not_found scholarship_payments.csv 2 scholarship_code'],
  ['an adjustment that takes a receipt below 0', small.change('adjustments', 2, { delta: '-1000001' }), 'adjustment_takes_voucher_below_zero adjustments.csv 2 delta'],
  ['an adjustment for which the money is gone', small.change('disbursements', 2, { account: 'cash', amount: '9500000' }).change('transfers', 3, { from_account: 'bank', to_account: 'cash', amount: '1' }),
    'account_would_be_overdrawn adjustments.csv 2 delta'],
  ['an adjustment posted before its receipt', small.change('donations', 3, { posted_seq: '90', received_on: '2023-02-01' }), 'voucher_not_found adjustments.csv 2 adjusts'],
  ['a balance over 2^63 − 1', small.change('donations', 2, { amount: '9223372036854775807' }), 'account_would_exceed_the_largest_amount donations.csv 2 amount'],
  ['a movement before its fund was opened', small.change('funds', 4, { opened_on: '2023-01-06' }), 'date_is_before_fund_opened donations.csv 4 received_on'],
];

describe('what the rules refuse is named by file, line and column', () => {
  it.each(REFUSED.map(([name, set, ...expected]) => ({ name, set, expected })))('$name', async ({ set, expected }) => {
    expect(await faultsOf(set)).toEqual(expected);
  });

  it('with the reason in both languages', async () => {
    const checked = await checkSet(small.change('transfers', 3, { amount: '9500001' }), { today: TODAY });
    const [fault] = checked.kind === 'faulty' ? checked.faults : [];
    expect(fault?.reason.vi).toMatch(/1/);
    expect(fault?.reason.en).not.toEqual(fault?.reason.vi);
  });
});

describe('what the rules allow', () => {
  const allowed: readonly (readonly [string, SetBuilder])[] = [
    ['the last đồng of cash', small.change('transfers', 3, { amount: '9500000' }).change('adjustments', 2, { delta: '1' })],
    ['everything but the principal', small.change('disbursements', 2, { amount: '66000000' })],
    ['instalments that leave a rest', small.change('scholarship_payments', 3, { amount: '1' })],
    ['an adjustment down to 0', small.change('adjustments', 2, { delta: '-1000000' })],
    ['a pledge posted after the donation that names it', small.change('pledges', 2, { posted_seq: '90', pledged_on: '2023-02-01' })],
    ['a certificate with money', small.change('awards', 3, { fund_code: 'Q3', account: 'goods', voucher_no: 'PC9', amount: '100000' })],
    ['an award without money that names a fund', small.change('awards', 3, { fund_code: 'Q2', voucher_no: 'PC9', account: 'bank' })],
    ['a prize without money', small.change('awards', 2, { fund_code: '', voucher_no: '', account: '', amount: '0' })],
    ['a restricted fund that pays into one for the same', small
      .add('funds', 'Q4,R-1,Quỹ khác,restricted,scholarship,0,2023-01-01,0,0,0')
      .change('transfers', 2, { from_fund_code: 'Q2', to_fund_code: 'Q4' })],
    ['one fund and one account on both sides of a transfer', small.change('transfers', 3, { from_account: 'bank' })],
    ['an unrestricted fund that names a purpose', small.change('funds', 2, { purpose: 'award' })],
    ['children above their parents in the file', small.rows('associations', [
      'R-1-1,Hội xã,commune,R-1,20,2001-02-03', 'R-1,Hội huyện,district,R,5,2000-01-02', 'R,Hội tỉnh,province,,0,2000-01-01'])],
    ['an empty name', small.change('donors', 4, { name: '' }).change('associations', 3, { name: '' })],
    ['an adjustment without a reason', small.change('adjustments', 2, { reason: '' })],
    ['a donation of another donor than its pledge, to another fund', small.change('donations', 2, { donor_code: 'D3', fund_code: 'Q2' })],
    ['a campaign that ends before it starts', small.change('campaigns', 2, { ends_on: '2022-12-31' })],
    ['days not given that nothing depends on', small.change('associations', 3, { established_on: '' }).change('campaigns', 2, { starts_on: '', ends_on: '', target: '' })],
  ];
  it.each(allowed)('%s', async (_, set) => {
    expect(await faultsOf(set)).toEqual([]);
  });
});

describe('faults of form and of rules together', () => {
  it('are both reported where one is not due to the other', async () => {
    const set = small.change('beneficiaries', 4, { kind: 'x' }).change('transfers', 3, { amount: '9500001' });
    expect(await faultsOf(set)).toEqual(['value_is_not_in_list beneficiaries.csv 4 kind', 'account_would_be_overdrawn transfers.csv 3 amount']);
  });

  it.each([
    ['a donation that could not be read', small.change('donations', 2, { amount: 'x' }), 'amount_is_malformed donations.csv 2 amount'],
    ['a donation to an unknown fund', small.change('donations', 2, { fund_code: 'Q9' }), 'code_is_unknown donations.csv 2 fund_code'],
  ])('do not blame later payments for %s', async (_, faulty, fault) => {
    const rich = small.change('disbursements', 2, { amount: '65500000' });
    expect(await faultsOf(rich)).toEqual([]);
    expect(await faultsOf(faulty.change('disbursements', 2, { amount: '65500000' }))).toEqual([fault]);
  });

  it('do not blame the rows that hang on a faulty one', async () => {
    expect(await faultsOf(small.change('scholarship_payments', 2, { amount: '0' }))).toEqual(['amount_is_not_positive scholarship_payments.csv 2 amount']);
    expect(await faultsOf(small.change('adjustments', 2, { delta: 'x' }).add('adjustments', '90,DC2,2023-02-01,PT2,-1000001,'))).toEqual(['amount_is_malformed adjustments.csv 2 delta']);
    expect(await faultsOf(small.change('funds', 2, { opened_on: 'x' }))).toEqual(['date_is_malformed funds.csv 2 opened_on']);
    expect(await faultsOf(small.change('funds', 2, { endowment_principal: '200000000' }))).toEqual(['endowment_principal_must_lie_in_bank funds.csv 2 endowment_principal']);
    expect(await faultsOf(small.change('scholarships', 2, { amount: '99000000' }))).toEqual(['payment_exceeds_available_balance scholarships.csv 2 amount']);
    expect(await faultsOf(small.change('associations', 3, { level: 'x' }))).toEqual(['value_is_not_in_list associations.csv 3 level']);
  });
});
