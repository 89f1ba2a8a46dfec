import { SetBuilder } from '../testing/index.js';
import { readSet } from './read-set.js';

const TODAY = '2024-05-01';

/** code file line column, one line for each fault. */
async function faultsOf(set: SetBuilder): Promise<string[]> {
  const { faults } = await readSet(set, TODAY);
  return faults.inOrder().map(({ code, file, line, column }) => [code, file, line ?? '-', column ?? '-'].join(' '));
}

const small = SetBuilder.small();
const bytes = (...parts: (string | number[])[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

describe('a sound set', () => {
  it('has no faults', async () => {
    expect(await faultsOf(small)).toEqual([]);
  });

  it('may have columns in another order', async () => {
    const donors = 'kind,code,name\nindividual,D1,Một\norganisation,D2,Hai\nanonymous,D3,\n';
    const { set, faults } = await readSet(small.raw('donors', donors), TODAY);
    expect(faults.inOrder()).toEqual([]);
    expect(set.donors.rows[1]!.values).toEqual({ code: 'D2', name: 'Hai', kind: 'organisation' });
  });

  it('may have files without rows, where nothing refers to them', async () => {
    expect(await faultsOf(small.rows('direct_support', []).rows('transfers', []))).toEqual([]);
  });
});

const CASES: readonly (readonly [string, SetBuilder, ...string[]])[] = [
  ['a missing file', small.without('transfers'), 'file_is_missing transfers.csv - -'],
  ['a missing file that others refer to is one fault', small.without('donors'), 'file_is_missing donors.csv - -'],
  ['an empty file', small.raw('donors', ''), 'header_is_missing donors.csv 1 -'],
  ['an empty first line', small.raw('donors', '\nD1,x,individual\n'), 'header_is_missing donors.csv 1 -'],
  ['a missing column', small.raw('campaigns', 'code,association_code,name,starts_on,ends_on\nC1,R,x,2023-01-01,\n'), 'column_is_missing campaigns.csv 1 target'],
  ['an unknown column', small.raw('donors', 'code,name,kind,phone\nD1,x,individual,1\n'), 'column_is_unknown donors.csv 1 phone'],
  ['a repeated column', small.raw('donors', 'code,name,kind,kind\nD1,x,individual,individual\n'), 'column_is_repeated donors.csv 1 kind'],
  ['a row too short', small.line('donors', 3, 'D2,Công ty B'), 'row_has_wrong_length donors.csv 3 -'],
  ['a row too long', small.line('pledges', 2, '1,K1,D2,Q1,C1,30000000,2023-01-02,2023-06-30,'), 'row_has_wrong_length pledges.csv 2 -'],
  ['an empty line', small.add('donors', ''), 'row_has_wrong_length donors.csv 5 -'],
  ['broken UTF-8', small.raw('donors', bytes('code,name,kind\nD1,x,individual\nD2,Nguy', [0xe1, 0xbb], 'n,organisation\nD3,,anonymous\n')), 'text_is_not_utf8 donors.csv 3 name'],
  ['broken UTF-8 in the header', small.raw('donors', bytes('code,name,k', [0xff], 'ind\nD1,x,individual\n')), 'text_is_not_utf8 donors.csv 1 -'],
  ['a NUL byte', small.change('donors', 4, { name: 'a\u0000b' }), 'text_has_nul donors.csv 4 name'],
  ['an unclosed quote', small.change('campaigns', 2, { name: '"Heo đất' }), 'quote_is_not_closed campaigns.csv 2 -'],
  ['an unclosed quote before other quotes', small.change('donations', 2, { description: '"Chuyển' }), 'quote_is_not_closed donations.csv 2 -'],
  ['a quote inside an unquoted cell', small.change('donors', 2, { name: 'Bà "Ba"' }), 'quote_is_misplaced donors.csv 2 -'],
  ['text after a closing quote', small.change('donors', 2, { name: '"Bà" Ba' }), 'quote_is_misplaced donors.csv 2 -'],

  ['an empty code, with others that refer to it', small.change('campaigns', 2, { code: '' }), 'code_is_empty campaigns.csv 2 code'],
  ['an empty receipt number', small.change('donations', 2, { receipt_no: '' }), 'receipt_number_is_empty donations.csv 2 receipt_no'],
  ['an empty voucher number', small.change('scholarship_payments', 3, { voucher_no: '' }), 'voucher_number_is_empty scholarship_payments.csv 3 voucher_no'],
  ['an empty voucher number of an award with money', small.change('awards', 2, { voucher_no: '' }), 'voucher_number_is_empty awards.csv 2 voucher_no'],
  ['an empty reference', small.change('transfers', 2, { reference: '' }), 'reference_is_empty transfers.csv 2 reference'],
  ['a repeated association code', small.change('associations', 4, { code: 'R-1' }), 'code_is_repeated associations.csv 4 code'],
  ['a repeated scholarship code', small.change('scholarships', 3, { code: 'HB1' }).change('scholarship_payments', 4, { scholarship_code: 'HB1' }), 'code_is_repeated scholarships.csv 3 code'],
  ['a repeated receipt number', small.change('donations', 3, { receipt_no: 'PT1' }).change('adjustments', 2, { adjusts: 'PT1' }), 'receipt_number_is_repeated donations.csv 3 receipt_no'],
  ['a voucher number repeated across files', small.change('disbursements', 2, { voucher_no: 'PC1' }), 'voucher_number_is_repeated scholarship_payments.csv 2 voucher_no', 'voucher_number_is_repeated disbursements.csv 2 voucher_no'],
  ['a voucher number repeated between prizes and instalments', small.change('awards', 2, { voucher_no: 'PC3' }), 'voucher_number_is_repeated scholarship_payments.csv 4 voucher_no', 'voucher_number_is_repeated awards.csv 2 voucher_no'],
  ['a repeated reference', small.change('transfers', 3, { reference: 'NT1' }), 'reference_is_repeated transfers.csv 3 reference'],

  ['an unknown association', small.change('funds', 4, { association_code: 'R-9' }), 'code_is_unknown funds.csv 4 association_code'],
  ['an unknown parent', small.change('associations', 4, { parent_code: 'R-9' }), 'code_is_unknown associations.csv 4 parent_code'],
  ['an unknown fund', small.change('donations', 2, { fund_code: 'Q9' }), 'code_is_unknown donations.csv 2 fund_code'],
  ['an unknown donor', small.change('pledges', 2, { donor_code: 'd2' }), 'code_is_unknown pledges.csv 2 donor_code'],
  ['an unknown campaign', small.change('donations', 2, { campaign_code: 'C2' }), 'code_is_unknown donations.csv 2 campaign_code'],
  ['an unknown pledge', small.change('donations', 2, { pledge_code: 'K2' }), 'code_is_unknown donations.csv 2 pledge_code'],
  ['an unknown programme', small.change('scholarships', 2, { program_code: 'P3' }), 'code_is_unknown scholarships.csv 2 program_code'],
  ['an unknown beneficiary', small.change('awards', 2, { recipient_code: 'B9' }), 'code_is_unknown awards.csv 2 recipient_code'],
  ['an unknown scholarship', small.change('scholarship_payments', 2, { scholarship_code: 'HB9' }), 'code_is_unknown scholarship_payments.csv 2 scholarship_code'],
  ['an adjustment that names no receipt', small.change('adjustments', 2, { adjusts: 'PC1' }), 'code_is_unknown adjustments.csv 2 adjusts'],
  ['an unknown code beside a lost one', small.change('donors', 3, { code: '' }).change('donations', 4, { donor_code: 'D9' }).change('awards', 2, { association_code: 'X' }),
    'code_is_empty donors.csv 3 code', 'code_is_unknown pledges.csv 2 donor_code', 'code_is_unknown donations.csv 2 donor_code', 'code_is_unknown donations.csv 4 donor_code',
    'code_is_unknown awards.csv 2 association_code'],
  ['a code that is not given', small.change('donations', 2, { donor_code: '' }), 'reference_code_is_missing donations.csv 2 donor_code'],
  ['a code with a space', small.change('donations', 2, { donor_code: ' D2' }), 'code_is_unknown donations.csv 2 donor_code'],

  ['a level outside its list', small.change('associations', 3, { level: 'huyện' }), 'value_is_not_in_list associations.csv 3 level'],
  ['an account outside its list', small.change('donations', 2, { account: 'Bank' }), 'value_is_not_in_list donations.csv 2 account'],
  ['an account not given', small.change('disbursements', 2, { account: '' }), 'value_is_not_in_list disbursements.csv 2 account'],
  ['a donor kind outside its list', small.change('donors', 2, { kind: 'person' }), 'value_is_not_in_list donors.csv 2 kind'],
  ['a disbursement purpose outside its list', small.change('disbursements', 2, { purpose: 'scholarship' }), 'value_is_not_in_list disbursements.csv 2 purpose'],
  ['a restricted fund without a purpose', small.change('funds', 3, { purpose: '' }), 'restricted_fund_needs_a_purpose funds.csv 3 purpose'],
  ['a prize with money and no fund', small.change('awards', 2, { fund_code: '' }), 'award_with_money_needs_a_fund awards.csv 2 fund_code'],
  ['a prize with money and no account', small.change('awards', 2, { account: '' }), 'award_with_money_needs_an_account awards.csv 2 account'],

  ['a date in another form', small.change('donations', 2, { received_on: '03/01/2023' }), 'date_is_malformed donations.csv 2 received_on'],
  ['29 February of a common year', small.change('donations', 2, { received_on: '2023-02-29' }), 'date_is_malformed donations.csv 2 received_on'],
  ['a date with a time', small.change('donations', 2, { received_on: '2023-01-03T00:00' }), 'date_is_malformed donations.csv 2 received_on'],
  ['a date not given', small.change('donations', 2, { received_on: '' }), 'date_is_malformed donations.csv 2 received_on'],
  ['a day after today', small.change('adjustments', 2, { adjusted_on: '2024-05-02' }), 'date_is_after_today adjustments.csv 2 adjusted_on'],
  ['a birth after today', small.change('beneficiaries', 2, { date_of_birth: '2030-01-01' }), 'date_is_after_today beneficiaries.csv 2 date_of_birth'],

  ['a fractional amount', small.change('donations', 2, { amount: '1000.5' }), 'amount_is_malformed donations.csv 2 amount'],
  ['an amount with thousands marks', small.change('donations', 2, { amount: '20.000.000' }), 'amount_is_malformed donations.csv 2 amount'],
  ['an amount with an exponent', small.change('donations', 2, { amount: '2e7' }), 'amount_is_malformed donations.csv 2 amount'],
  ['an amount with a plus sign', small.change('donations', 2, { amount: '+20000000' }), 'amount_is_malformed donations.csv 2 amount'],
  ['an amount with a space', small.change('donations', 2, { amount: '20000000 ' }), 'amount_is_malformed donations.csv 2 amount'],
  ['full-width digits', small.change('donations', 2, { amount: '２０００' }), 'amount_is_malformed donations.csv 2 amount'],
  ['an amount not given', small.change('donations', 2, { amount: '' }), 'amount_is_malformed donations.csv 2 amount'],
  ['a formula for an amount', small.change('donations', 2, { amount: '=1+1' }), 'amount_is_malformed donations.csv 2 amount'],
  ['an amount of 0', small.change('donations', 2, { amount: '0' }), 'amount_is_not_positive donations.csv 2 amount'],
  ['an amount of 000', small.change('donations', 2, { amount: '000' }), 'amount_is_not_positive donations.csv 2 amount'],
  ['a negative amount', small.change('disbursements', 2, { amount: '-5' }), 'amount_is_not_positive disbursements.csv 2 amount'],
  ['a negative award', small.change('awards', 3, { amount: '-1' }), 'amount_is_not_positive awards.csv 3 amount'],
  ['an amount of 2^63', small.change('donations', 2, { amount: '9223372036854775808' }), 'amount_is_too_large donations.csv 2 amount'],
  ['an amount of a hundred digits', small.change('donations', 2, { amount: '9'.repeat(100) }), 'amount_is_too_large donations.csv 2 amount'],
  ['an adjustment of 0', small.change('adjustments', 2, { delta: '-0' }), 'delta_is_zero adjustments.csv 2 delta'],
  ['an adjustment in words', small.change('adjustments', 2, { delta: '--5' }), 'amount_is_malformed adjustments.csv 2 delta'],
  ['an adjustment below −2^63', small.change('adjustments', 2, { delta: '-9223372036854775808' }), 'amount_is_too_large adjustments.csv 2 delta'],
  ['members that are no number', small.change('associations', 3, { members: '1.5' }), 'count_is_malformed associations.csv 3 members'],
  ['negative recipients', small.change('disbursements', 2, { recipients: '-1' }), 'count_is_malformed disbursements.csv 2 recipients'],
  ['more members than 32 bits hold', small.change('associations', 3, { members: '2147483648' }), 'count_is_too_large associations.csv 3 members'],
  ['an instalment not given', small.change('scholarship_payments', 2, { instalment: '' }), 'count_is_malformed scholarship_payments.csv 2 instalment'],

  ['a parent that is the unit itself', small.change('associations', 4, { parent_code: 'R-1-1' }), 'parent_makes_a_cycle associations.csv 4 parent_code'],
  ['a parent below the unit', small.change('associations', 3, { parent_code: 'R-1-1' }), 'parent_makes_a_cycle associations.csv 3 parent_code'],
  ['a root below its own district', small.change('associations', 2, { parent_code: 'R-1-1' }), 'parent_makes_a_cycle associations.csv 2 parent_code'],
  ['a second root', small.change('associations', 3, { parent_code: '' }), 'root_is_repeated associations.csv 3 parent_code'],
  ['no associations at all', SetBuilder.empty(), 'root_is_missing associations.csv 1 parent_code'],

  ['a posted_seq repeated across files', small.change('transfers', 2, { posted_seq: '14' }), 'posted_seq_is_repeated disbursements.csv 3 posted_seq', 'posted_seq_is_repeated transfers.csv 2 posted_seq'],
  ['a posted_seq that is no number', small.change('transfers', 2, { posted_seq: 'x' }), 'posted_seq_is_malformed transfers.csv 2 posted_seq'],
  ['a posted_seq not given', small.change('transfers', 2, { posted_seq: '' }), 'posted_seq_is_malformed transfers.csv 2 posted_seq'],
  ['a date before its predecessor in another file', small.change('awards', 2, { granted_on: '2023-01-05' }), 'date_goes_back_along_posted_seq awards.csv 2 granted_on'],
  ['a date after all its successors is one fault', small.change('donations', 2, { received_on: '2023-12-31' }), 'date_goes_back_along_posted_seq donations.csv 2 received_on'],
  ['the last date going back', small.change('adjustments', 2, { adjusted_on: '2023-01-16' }), 'date_goes_back_along_posted_seq adjustments.csv 2 adjusted_on'],
];

describe('each fault is named by file, line and column', () => {
  it.each(CASES.map(([name, set, ...expected]) => ({ name, set, expected })))('$name', async ({ set, expected }) => {
    expect(await faultsOf(set)).toEqual(expected);
  });
});

describe('what is no fault', () => {
  const accepted: readonly (readonly [string, SetBuilder])[] = [
    ['a donation outside its campaign', small.change('campaigns', 2, { starts_on: '2023-06-01', ends_on: '2023-06-02' })],
    ['a campaign and a pledge that end in the future', small.change('campaigns', 2, { ends_on: '2031-01-01' }).change('pledges', 2, { due_on: '2031-01-01' })],
    ['a pledge of another donor', small.change('donations', 2, { donor_code: 'D3' })],
    ['gaps in posted_seq', small.change('adjustments', 2, { posted_seq: '4000000000' })],
    ['recipients of 0', small.change('disbursements', 2, { recipients: '0' })],
    ['leading zeros', small.change('donations', 2, { amount: '00020000000' })],
    ['the largest amount', small.change('pledges', 2, { amount: '9223372036854775807' })],
    ['29 February of a leap year', small.change('adjustments', 2, { adjusted_on: '2024-02-29' })],
    ['a movement dated today', small.change('adjustments', 2, { adjusted_on: TODAY })],
    ['an adjustment with a plus sign', small.change('adjustments', 2, { delta: '+5' })],
    ['the same reference in two kinds of file', small.change('transfers', 2, { reference: 'HT1' })],
    ['an empty name', small.change('donors', 4, { name: '' })],
    ['dates not given that nothing depends on', small.change('campaigns', 2, { ends_on: '', target: '' }).change('pledges', 2, { due_on: '' })],
  ];
  it.each(accepted)('%s', async (_, set) => {
    expect(await faultsOf(set)).toEqual([]);
  });

  it.each(['=1+1', '+84 912', '-x', '@sum', '\t=cmd'])('text that looks like a formula stays as it is: %s', async (name) => {
    const { set, faults } = await readSet(small.change('donors', 2, { name }), TODAY);
    expect(faults.count).toBe(0);
    expect(set.donors.rows[0]!.values.name).toBe(name);
  });
});

describe('several faults', () => {
  it('are all reported, in the order of files and lines', async () => {
    const set = small
      .change('donations', 3, { amount: '0', account: 'x' })
      .change('donations', 2, { fund_code: 'Q9' })
      .change('associations', 3, { members: 'x' })
      .without('campaigns');
    expect(await faultsOf(set)).toEqual([
      'count_is_malformed associations.csv 3 members',
      'file_is_missing campaigns.csv - -',
      'code_is_unknown donations.csv 2 fund_code',
      'value_is_not_in_list donations.csv 3 account',
      'amount_is_not_positive donations.csv 3 amount',
    ]);
  });

  it('say why in Vietnamese and English', async () => {
    const { faults } = await readSet(small.change('disbursements', 2, { voucher_no: 'PC1' }), TODAY);
    expect(faults.inOrder()[1]!.reason).toEqual({
      vi: 'số chứng từ PC1 cũng dùng ở scholarship_payments.csv dòng 2',
      en: 'the voucher number PC1 is used also at scholarship_payments.csv line 2',
    });
  });

  it('are kept up to a limit and counted beyond it', async () => {
    const rows = Array.from({ length: 1500 }, (_, index) => `X${index},Tên,nobody`);
    const { faults } = await readSet(small.add('donors', ...rows), TODAY);
    expect(faults.count).toBe(1500);
    expect(faults.inOrder()).toHaveLength(1000);
    expect(faults.inOrder().at(-1)).toMatchObject({ file: 'donors.csv', line: 1004 });
  });
});
