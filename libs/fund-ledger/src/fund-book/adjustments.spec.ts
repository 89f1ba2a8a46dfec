import {
  adjustment, associationId, book, closing, disbursement, donation, donorId, fundId, instalment, move, prize, pupilId, scholarship, Story,
} from '../../testing/stories.js';
import type { BookState, LedgerCommand } from '../index.js';

const onDay = (effectiveOn: string) => ({ effectiveOn });
const figures = (story: Story) => (story.model.stateOf(book) as BookState).days.latest;

describe('an adjustment', () => {
  it('records the signed difference and repeats what the voucher was about', () => {
    const story = new Story();
    story.accept(donation(100n, { externalReference: 'PT1' }));
    const event = story.accept(adjustment('receipt', 1, -30n, { adjusts: { kind: 'receipt', externalReference: 'PT1' }, externalReference: 'DC1' }));
    expect(event).toEqual({
      type: 'VoucherAdjusted',
      data: {
        fundId, voucher: { kind: 'adjustment', year: 2023, number: 1 }, externalReference: 'DC1', documentDate: '2023-01-20', effectiveOn: '2023-01-20', approvals: [],
        adjusts: { kind: 'receipt', stream: book, year: 2023, number: 1, revision: '1', effectiveOn: '2023-01-10', externalReference: 'PT1' },
        delta: '-30', remaining: '70', account: 'bank', donorId, reason: 'Ghi nhầm',
      },
    });
    expect(figures(story).bank).toBe(70n);
  });

  it('never takes the voucher below zero, all its adjustments together', () => {
    const story = new Story({ bank: 1_000n });
    story.accept(donation(100n));
    story.accept(adjustment('receipt', 1, -60n));
    story.refuse(adjustment('receipt', 1, -41n), 'adjustment_takes_voucher_below_zero', { remaining: '40', shortBy: '1' });
    story.accept(adjustment('receipt', 1, 20n));
    story.accept(adjustment('receipt', 1, -60n));
    story.refuse(adjustment('receipt', 1, -1n), 'adjustment_takes_voucher_below_zero', { remaining: '0' });
    story.refuse(adjustment('receipt', 1, 0n), 'delta_must_not_be_zero');
  });

  it('that lowers needs its account and what is available on every later day', () => {
    const story = new Story();
    story.accept(donation(100n));
    story.accept(disbursement(70n, onDay('2023-03-01')));
    story.accept(donation(500n, onDay('2023-04-01')));
    story.refuse(adjustment('receipt', 1, -31n), 'account_would_be_overdrawn', { day: '2023-03-01', shortBy: '1' });
    story.accept(scholarship('HB1', 20n, 1, onDay('2023-01-15')));
    story.refuse(adjustment('receipt', 1, -11n), 'payment_exceeds_available_balance', { day: '2023-03-01', available: '10', shortBy: '1' });
    story.accept(adjustment('receipt', 1, -10n));
  });

  it('is dated neither before the voucher nor before its last adjustment, nor on a closed or future day', () => {
    const story = new Story();
    story.accept(donation(100n));
    story.refuse(adjustment('receipt', 1, -1n, onDay('2023-01-09')), 'adjustment_before_original', { originalOn: '2023-01-10' });
    story.accept(adjustment('receipt', 1, -1n, onDay('2023-02-01')));
    story.refuse(adjustment('receipt', 1, -1n, onDay('2023-01-31')), 'adjustment_before_previous', { lastOn: '2023-02-01' });
    story.refuse(adjustment('receipt', 1, -1n, onDay('2024-03-11')), 'date_is_after_today');
    story.accept(closing('2023-02-01'));
    story.refuse(adjustment('receipt', 1, -1n, onDay('2023-02-01')), 'day_is_closed');
  });

  it('names a voucher of this book, or is refused', () => {
    const story = new Story();
    story.accept(donation(100n, { externalReference: 'PT1' }));
    story.refuse(adjustment('receipt', 2, -1n), 'voucher_not_found', { kind: 'receipt', voucher: '2023/2' });
    story.refuse(adjustment('payment', 1, -1n), 'voucher_not_found');
    story.refuse(adjustment('receipt', 1, -1n, { adjusts: { kind: 'receipt', externalReference: 'PT2' } }), 'voucher_not_found', { voucher: 'PT2' });
    story.refuse(adjustment('receipt', 1, -1n, { externalReference: 'X', adjusts: { kind: 'payment', externalReference: 'PT1' } }), 'voucher_not_found');
  });

  it('of a payment or prize gives back, or pays more if the money is there', () => {
    const story = new Story({ bank: 100n, goods: 10n });
    story.accept(disbursement(60n, { beneficiaryId: pupilId }));
    story.accept(prize(30n));
    story.accept(prize(10n, { account: 'goods', code: 'KT2' }));
    story.refuse(adjustment('payment', 1, 11n), 'account_would_be_overdrawn', { shortBy: '1' });
    expect(story.accept(adjustment('payment', 1, 10n))).toMatchObject({ data: { remaining: '70', purpose: 'gift', beneficiaryId: pupilId } });
    expect(story.accept(adjustment('prize', 1, -5n))).toMatchObject({ data: { awardId: 'a', awardAssociationId: associationId, beneficiaryId: pupilId, account: 'bank' } });
    expect(story.accept(adjustment('prize', 2, -4n))).toMatchObject({ data: { account: 'goods' } });
    expect(figures(story)).toMatchObject({ bank: 5n, goods: 4n });
  });

  it('of a move between accounts moves the difference', () => {
    const story = new Story({ cash: 100n });
    story.accept(move(60n, 'cash', 'bank'));
    story.refuse(adjustment('transfer', 1, 41n), 'account_would_be_overdrawn', { account: 'cash' });
    expect(story.accept(adjustment('transfer', 1, -20n))).toMatchObject({ data: { account: 'cash', toAccount: 'bank' } });
    expect(figures(story)).toMatchObject({ cash: 60n, bank: 40n });
  });

  it('corrects interest, fees and additions to the endowment', () => {
    const story = new Story({ bank: 100n });
    const on = { fundId, effectiveOn: '2023-01-10' };
    story.accept({ type: 'CreditInterest', ...on, amount: 10n } as LedgerCommand);
    story.accept({ type: 'ChargeBankFee', ...on, amount: 10n } as LedgerCommand);
    story.accept({ type: 'AddToEndowment', ...on, amount: 40n, from: 'donation', donorId } as LedgerCommand);
    story.accept({ type: 'AddToEndowment', ...on, amount: 40n, from: 'available' } as LedgerCommand);
    story.accept(adjustment('interest', 1, -4n));
    story.accept(adjustment('fee', 1, -3n));
    story.accept(adjustment('endowment', 1, -20n));
    expect(figures(story)).toMatchObject({ bank: 119n, endowmentPrincipal: 60n });
    story.accept(adjustment('endowment', 2, -40n));
    expect(figures(story)).toMatchObject({ bank: 119n, endowmentPrincipal: 20n });
  });

  it('reaches a voucher in the closed stretch through the log, and counts what was adjusted before the closing', () => {
    const story = new Story({ bank: 10n });
    story.accept(donation(100n, { externalReference: 'PT1' }));
    story.accept(adjustment('receipt', 1, -60n));
    const voucher = { revision: 1n, event: story.events()[1]! };
    story.accept(closing('2023-01-31'));
    const late = adjustment('receipt', 1, -41n, onDay('2023-02-01'));
    expect(story.model.needsOf(late)).toEqual({ voucher: { closed: { kind: 'receipt', year: 2023, number: 1 } } });
    story.refuse(late, 'adjustment_takes_voucher_below_zero', { remaining: '40' }, { voucher });
    story.refuse(late, 'voucher_not_found');
    story.refuse(adjustment('receipt', 2, -1n, onDay('2023-02-01')), 'voucher_not_found', {}, { voucher });
    story.accept(adjustment('receipt', 1, -40n, onDay('2023-02-01')), { voucher });
  });

  it('of an instalment carries no commitment where none is meant', () => {
    const story = new Story({ bank: 10n });
    story.accept(scholarship('HB1', 10n, 1));
    story.accept(instalment('HB1', 1, 10n));
    story.accept(donation(1n));
    expect(story.accept(adjustment('receipt', 1, 1n)).data).not.toHaveProperty('commitmentDelta');
  });
});
