import { LARGEST_AMOUNT } from '@ledger/kernel';
import { adjustment, book, disbursement, donation, donorId, fundId, instalment, move, prize, scholarship, Story } from '../../testing/stories.js';
import type { LedgerCommand } from '../index.js';

const onDay = (effectiveOn: string) => ({ effectiveOn });

describe('money in a book', () => {
  it('gives each entry the next number of its voucher kind and year', () => {
    const story = new Story({ bank: 100n });
    const numbers = [donation(1n), donation(1n), disbursement(1n), donation(1n, onDay('2024-01-01'))].map((command) => story.accept(command));
    expect(numbers.map((event) => (event.data as { voucher: unknown }).voucher)).toEqual([
      { kind: 'receipt', year: 2023, number: 1 }, { kind: 'receipt', year: 2023, number: 2 },
      { kind: 'payment', year: 2023, number: 1 }, { kind: 'receipt', year: 2024, number: 1 },
    ]);
  });

  it('stores what the movement says and leaves out what it does not', () => {
    const event = new Story().accept(donation(50n, { externalReference: 'PT1', documentDate: '2023-01-09', description: 'Ủng hộ' }));
    expect(event).toEqual({
      type: 'DonationReceived',
      data: {
        fundId, voucher: { kind: 'receipt', year: 2023, number: 1 }, externalReference: 'PT1', documentDate: '2023-01-09', effectiveOn: '2023-01-10',
        approvals: [], description: 'Ủng hộ', account: 'bank', amount: '50', donorId,
      },
    });
  });

  it('pays to the last đồng of an account and no further', () => {
    const story = new Story({ cash: 100n, bank: 50n, goods: 7n });
    story.refuse(disbursement(101n, { account: 'cash' }), 'account_would_be_overdrawn', { account: 'cash', day: '2023-01-10', balance: '100', shortBy: '1' });
    story.accept(disbursement(100n, { account: 'cash' }));
    story.refuse(disbursement(51n), 'account_would_be_overdrawn', { account: 'bank', shortBy: '1' });
    story.refuse(prize(8n, { account: 'goods' }), 'account_would_be_overdrawn', { account: 'goods', shortBy: '1' });
    story.accept(prize(7n, { account: 'goods' }));
  });

  it('never pays what a scholarship has committed', () => {
    const story = new Story({ cash: 60n, bank: 60n });
    story.accept(scholarship('HB1', 100n, 2));
    story.refuse(disbursement(21n), 'payment_exceeds_available_balance', { day: '2023-01-10', available: '20', shortBy: '1' });
    story.refuse(scholarship('HB2', 21n, 1), 'payment_exceeds_available_balance', { available: '20', shortBy: '1' });
    story.accept(disbursement(20n));
    story.accept(instalment('HB1', 1, 40n));
  });

  it('never pays the endowment principal, whatever lies in cash', () => {
    const story = new Story({ cash: 500n, bank: 100n }, { endowmentPrincipal: 80n });
    story.refuse(disbursement(21n), 'endowment_principal_would_be_spent', { balance: '20', shortBy: '1' });
    story.refuse(move(21n, 'bank', 'cash'), 'endowment_principal_would_be_spent', { shortBy: '1' });
    story.refuse(disbursement(101n), 'account_would_be_overdrawn', { account: 'bank' });
    story.accept(disbursement(20n));
    story.accept(disbursement(500n, { account: 'cash' }));
  });

  it('moves between the fund\'s own accounts without asking what is available', () => {
    const story = new Story({ cash: 100n });
    story.accept(scholarship('HB1', 100n, 1));
    story.refuse(move(101n, 'cash', 'bank'), 'account_would_be_overdrawn', { account: 'cash', shortBy: '1' });
    story.accept(move(100n, 'cash', 'bank'));
    story.accept(move(1_000n, 'bank', 'bank'));
    story.accept(instalment('HB1', 1, 100n));
  });

  it('keeps goods and money apart', () => {
    const story = new Story({ cash: 100n, bank: 100n, goods: 100n });
    story.accept(scholarship('HB1', 100n, 1));
    story.refuse(move(1n, 'goods', 'cash'), 'goods_and_money_do_not_mix');
    story.refuse(move(1n, 'bank', 'goods'), 'goods_and_money_do_not_mix');
    story.refuse(instalment('HB1', 1, 1n, { account: 'goods' }), 'goods_and_money_do_not_mix');
    story.accept(disbursement(100n, { account: 'goods' }));
  });

  it('judges a backdated payment by every later day', () => {
    const story = new Story({ bank: 100n });
    story.accept(disbursement(70n, onDay('2023-03-01')));
    story.accept(donation(500n, onDay('2023-04-01')));
    story.refuse(disbursement(31n, onDay('2023-02-01')), 'account_would_be_overdrawn', { day: '2023-03-01', balance: '30', shortBy: '1' });
    story.accept(disbursement(30n, onDay('2023-02-01')));
    story.refuse(disbursement(501n, onDay('2023-04-01')), 'account_would_be_overdrawn', { day: '2023-04-01', balance: '500' });
  });

  it('names the day that falls short most', () => {
    const story = new Story({ bank: 100n });
    story.accept(disbursement(50n, onDay('2023-02-01')));
    story.accept(disbursement(30n, onDay('2023-03-01')));
    story.accept(donation(900n, onDay('2023-04-01')));
    story.refuse(disbursement(60n), 'account_would_be_overdrawn', { day: '2023-03-01', balance: '20', shortBy: '40' });
  });

  it('does not spend money before it came', () => {
    const story = new Story();
    story.accept(donation(100n, onDay('2023-02-01')));
    story.refuse(disbursement(100n, onDay('2023-01-31')), 'account_would_be_overdrawn', { day: '2023-01-31', balance: '0', shortBy: '100' });
    story.accept(disbursement(100n, onDay('2023-02-01')));
  });

  it('refuses amounts that are nothing, negative or beyond 2^63 − 1', () => {
    const story = new Story({ bank: 100n });
    for (const amount of [0n, -1n]) {
      for (const command of [donation(amount), disbursement(amount), prize(amount), scholarship('HB1', amount, 1), move(amount, 'bank', 'cash')]) {
        story.refuse(command, 'amount_must_be_positive');
      }
    }
    story.refuse(donation(LARGEST_AMOUNT + 1n), 'amount_is_too_large');
    story.refuse(disbursement(LARGEST_AMOUNT + 1n), 'amount_is_too_large');
    story.refuse(adjustment('receipt', 1, -LARGEST_AMOUNT - 1n), 'amount_is_too_large');
    story.accept(donation(LARGEST_AMOUNT - 100n));
    story.refuse(donation(1n), 'account_would_exceed_the_largest_amount');
    story.accept(donation(1n, { account: 'cash' }));
  });

  it('refuses counts that are negative or not whole', () => {
    const story = new Story({ bank: 100n });
    for (const recipients of [-1, 1.5, Number.NaN]) story.refuse(disbursement(1n, { recipients }), 'count_must_be_whole_and_not_negative');
    story.accept(disbursement(1n, { recipients: 0 }));
  });

  it('credits interest, charges fees out of what is available', () => {
    const story = new Story({ bank: 100n }, { endowmentPrincipal: 100n });
    const fee = { type: 'ChargeBankFee', fundId, effectiveOn: '2023-01-10', amount: 6n } as LedgerCommand;
    const interest = { type: 'CreditInterest', fundId, effectiveOn: '2023-01-10', amount: 5n } as LedgerCommand;
    story.accept(interest);
    story.refuse(fee, 'endowment_principal_would_be_spent', { shortBy: '1' });
    story.accept(interest);
    story.accept(fee);
    story.refuse({ ...interest, amount: 0n } as LedgerCommand, 'amount_must_be_positive');
    story.refuse({ ...fee, amount: -6n } as LedgerCommand, 'amount_must_be_positive');
  });

  it('adds a gift to the endowment, or available money in the bank', () => {
    const story = new Story({ cash: 90n, bank: 30n });
    story.accept(scholarship('HB1', 100n, 1));
    const add = { type: 'AddToEndowment', fundId, effectiveOn: '2023-01-10' };
    story.refuse({ ...add, amount: 21n, from: 'available' } as LedgerCommand, 'payment_exceeds_available_balance', { available: '20', shortBy: '1' });
    story.refuse({ ...add, amount: 31n, from: 'available' } as LedgerCommand, 'endowment_principal_would_be_spent', { balance: '30', shortBy: '1' });
    story.refuse({ ...add, amount: 10n, from: 'available', donorId } as LedgerCommand, 'endowment_gift_names_its_donor');
    story.refuse({ ...add, amount: 10n, from: 'donation' } as LedgerCommand, 'endowment_gift_names_its_donor');
    story.refuse({ ...add, amount: 0n, from: 'available' } as LedgerCommand, 'amount_must_be_positive');
    story.accept({ ...add, amount: 1_000n, from: 'donation', donorId } as LedgerCommand);
    story.accept({ ...add, amount: 20n, from: 'available' } as LedgerCommand);
    story.refuse(disbursement(11n), 'endowment_principal_would_be_spent');
    expect(story.events(book).length).toBe(4);
  });
});

describe('days, references and purposes of a book', () => {
  it('takes no day after today, before the opening, or no such fund', () => {
    const story = new Story({ bank: 100n });
    story.accept(donation(1n, onDay('2024-03-10')));
    story.refuse(donation(1n, onDay('2024-03-11')), 'date_is_after_today', { day: '2024-03-11', today: '2024-03-10' });
    story.refuse(donation(1n, { documentDate: '2024-03-11' }), 'date_is_after_today');
    story.accept(donation(1n, onDay('2023-01-01')));
    story.refuse(donation(1n, onDay('2022-12-31')), 'date_is_before_fund_opened', { day: '2022-12-31', openedOn: '2023-01-01' });
    story.refuse(donation(1n, { fundId: 'nobody' }), 'fund_not_found');
  });

  it('takes an external reference once per voucher kind', () => {
    const story = new Story({ bank: 100n });
    story.accept(donation(1n, { externalReference: 'S1' }));
    story.refuse(donation(2n, { externalReference: 'S1' }), 'external_reference_already_used', { externalReference: 'S1' });
    story.accept(disbursement(1n, { externalReference: 'S1' }));
    story.refuse(disbursement(1n, { externalReference: 'S1', account: 'cash' }), 'external_reference_already_used');
    story.accept(donation(2n));
    story.accept(donation(2n));
  });

  it('pays out of a restricted fund only for its purpose', () => {
    const restrictedTo = (purpose: string) => new Story({ bank: 100n }, { restriction: 'restricted', purpose: purpose as 'gift' });
    const scholarships = restrictedTo('scholarship');
    scholarships.accept(scholarship('HB1', 50n, 1));
    scholarships.accept(instalment('HB1', 1, 50n));
    scholarships.refuse(prize(1n), 'purpose_not_allowed_by_fund', { purpose: 'award', allowed: 'scholarship' });
    scholarships.refuse(disbursement(1n), 'purpose_not_allowed_by_fund', { purpose: 'gift' });
    const awards = restrictedTo('award');
    awards.accept(prize(1n));
    awards.refuse(scholarship('HB1', 1n, 1), 'purpose_not_allowed_by_fund', { purpose: 'scholarship' });
    awards.refuse(instalment('HB1', 1, 1n), 'purpose_not_allowed_by_fund');
    const gifts = restrictedTo('gift');
    gifts.accept(disbursement(1n));
    gifts.refuse(disbursement(1n, { purpose: 'hardship_aid' }), 'purpose_not_allowed_by_fund', { purpose: 'hardship_aid', allowed: 'gift' });
    gifts.accept(move(1n, 'bank', 'cash'));
  });

  it('treats the purpose of an unrestricted fund as a note', () => {
    const story = new Story({ bank: 100n }, { purpose: 'gift' });
    story.accept(disbursement(1n, { purpose: 'hardship_aid' }));
  });

  it('names what does not exist', () => {
    const story = new Story({ bank: 100n });
    story.refuse(donation(1n, { donorId: 'x' }), 'donor_not_found');
    story.refuse(donation(1n, { campaignId: 'x' }), 'campaign_not_found');
    story.refuse(donation(1n, { pledgeId: 'x' }), 'pledge_not_found');
    story.refuse(disbursement(1n, { beneficiaryId: 'x' }), 'beneficiary_not_found');
    story.refuse(prize(1n, { associationId: 'x' }), 'association_not_found');
    story.refuse(scholarship('HB1', 1n, 1, { programId: 'x' }), 'scholarship_program_not_found');
  });
});
