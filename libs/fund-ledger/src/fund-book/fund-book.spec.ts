import { donation, disbursement, Story } from '../../testing/stories.js';

describe('a fund book', () => {
  it('receives and pays', () => {
    const story = new Story({ bank: 100n });
    expect(story.accept(donation(50n))).toMatchObject({ type: 'DonationReceived', data: { voucher: { kind: 'receipt', year: 2023, number: 1 }, amount: '50' } });
    story.accept(disbursement(150n));
    story.refuse(disbursement(1n), 'account_would_be_overdrawn', { day: '2023-01-10', shortBy: '1', balance: '0' });
  });
});
