import { adjustment, book, closing, disbursement, instalment, openFund, otherPupilId, pupilId, revocation, scholarship, scholarshipId, Story } from '../../testing/stories.js';
import { availableOf, fundIdOf, type BookState } from '../index.js';

const onDay = (effectiveOn: string) => ({ effectiveOn });
const figures = (story: Story) => (story.model.stateOf(book) as BookState).days.latest;

describe('a scholarship', () => {
  it('commits at the award, releases as it is paid, and keeps a rest', () => {
    const story = new Story({ bank: 100n });
    expect(story.accept(scholarship('HB1', 90n, 2))).toMatchObject({ type: 'ScholarshipAwarded', data: { amount: '90', instalments: 2, voucher: { kind: 'scholarship' } } });
    expect([figures(story).committed, availableOf(figures(story))]).toEqual([90n, 10n]);
    expect(story.accept(instalment('HB1', 1, 40n))).toMatchObject({ type: 'InstalmentPaid', data: { beneficiaryId: pupilId, instalment: 1, amount: '40' } });
    expect([figures(story).committed, figures(story).bank, availableOf(figures(story))]).toEqual([50n, 60n, 10n]);
    story.accept(instalment('HB1', 2, 40n));
    expect(figures(story).committed).toBe(10n);
  });

  it('is awarded once, from its programme\'s fund, in one instalment or more', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 1n, 1));
    story.refuse(scholarship('HB1', 1n, 1), 'scholarship_already_awarded', { code: 'HB1' });
    for (const instalments of [0, -1, 1.5]) story.refuse(scholarship('HB2', 1n, instalments), 'instalments_must_be_one_or_more');
    story.accept(openFund('R'));
    story.refuse(scholarship('HB2', 1n, 1, { fundId: fundIdOf('T', 'R') }), 'scholarship_program_of_another_fund');
  });

  it('is paid once and in order', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 2));
    story.refuse(instalment('HB1', 2, 10n), 'instalment_out_of_order', { next: '1', instalment: '2' });
    story.refuse(instalment('HB1', 0, 10n), 'instalment_must_be_one_or_more');
    story.accept(instalment('HB1', 1, 10n));
    story.refuse(instalment('HB1', 1, 10n), 'instalment_already_paid', { instalment: '1', paid: '1', planned: '2' });
    story.accept(instalment('HB1', 2, 10n));
    // A plan of two binds nobody to two: a third pays what is left.
    story.accept(instalment('HB1', 3, 70n));
  });

  it('is never paid beyond its amount, by one đồng', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 2));
    story.refuse(instalment('HB1', 1, 91n), 'instalment_exceeds_scholarship', { remaining: '90', shortBy: '1' });
    story.accept(instalment('HB1', 1, 80n));
    story.refuse(instalment('HB1', 2, 11n), 'instalment_exceeds_scholarship', { remaining: '10', shortBy: '1' });
  });

  it('is never paid before its award or before what was paid earlier', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 3, onDay('2023-02-01')));
    story.refuse(instalment('HB1', 1, 10n, onDay('2023-01-31')), 'instalment_before_award', { day: '2023-01-31', awardedOn: '2023-02-01' });
    story.accept(instalment('HB1', 1, 10n, onDay('2023-03-01')));
    story.refuse(instalment('HB1', 2, 10n, onDay('2023-02-28')), 'instalment_before_previous', { lastOn: '2023-03-01' });
    story.accept(instalment('HB1', 2, 10n, onDay('2023-03-01')));
  });

  it('is paid to whom it was awarded', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 2));
    story.refuse(instalment('HB1', 1, 10n, { beneficiaryId: otherPupilId }), 'instalment_of_another_beneficiary');
    story.accept(instalment('HB1', 1, 10n, { beneficiaryId: pupilId }));
    story.refuse(instalment('HB9', 1, 10n), 'scholarship_not_found');
  });

  it('needs the account even though its money is committed', () => {
    const story = new Story({ cash: 90n, bank: 10n });
    story.accept(scholarship('HB1', 100n, 1));
    story.refuse(instalment('HB1', 1, 11n), 'account_would_be_overdrawn', { account: 'bank', shortBy: '1' });
    story.accept(instalment('HB1', 1, 90n, { account: 'cash' }));
  });

  it('releases the rest when it is revoked, once', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 2));
    story.accept(instalment('HB1', 1, 40n, onDay('2023-02-01')));
    story.refuse(revocation('HB1', onDay('2023-01-31')), 'revocation_before_last_entry', { lastOn: '2023-02-01' });
    expect(story.accept(revocation('HB1', onDay('2023-02-02')))).toMatchObject({ type: 'ScholarshipRevoked', data: { released: '50', beneficiaryId: pupilId } });
    expect(figures(story).committed).toBe(0n);
    story.refuse(revocation('HB1', onDay('2023-02-03')), 'scholarship_already_revoked', { revokedOn: '2023-02-02' });
    story.refuse(instalment('HB1', 2, 10n, onDay('2023-02-03')), 'scholarship_already_revoked');
    story.refuse(revocation('HB9'), 'scholarship_not_found');
    story.accept(disbursement(60n, onDay('2023-02-02')));
  });

  it('is not revoked once it is paid', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 1));
    story.accept(instalment('HB1', 1, 90n));
    story.refuse(revocation('HB1'), 'scholarship_already_paid_in_full');
  });
});

describe('an adjusted instalment', () => {
  it('lowered while the scholarship is open commits what came back', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 2));
    story.accept(instalment('HB1', 1, 40n));
    expect(story.accept(adjustment('instalment', 1, -30n))).toMatchObject({ data: { commitmentDelta: '30', remaining: '10', scholarshipId: scholarshipId('HB1'), instalment: 1, beneficiaryId: pupilId } });
    expect([figures(story).committed, figures(story).bank]).toEqual([80n, 90n]);
    story.refuse(disbursement(11n, onDay('2023-01-21')), 'payment_exceeds_available_balance', { shortBy: '1' });
    story.accept(instalment('HB1', 2, 80n, onDay('2023-01-21')));
  });

  it('raised takes no more than was awarded', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 2));
    story.accept(instalment('HB1', 1, 40n));
    story.refuse(adjustment('instalment', 1, 51n), 'instalment_exceeds_scholarship', { remaining: '50', shortBy: '1' });
    expect(story.accept(adjustment('instalment', 1, 50n))).toMatchObject({ data: { commitmentDelta: '-50' } });
    expect([figures(story).committed, figures(story).bank]).toEqual([0n, 10n]);
  });

  it('is raised on no earlier day than the scholarship\'s last entry', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 2));
    story.accept(instalment('HB1', 1, 40n));
    story.accept(instalment('HB1', 2, 10n, onDay('2023-02-01')));
    story.refuse(adjustment('instalment', 1, 10n), 'adjustment_before_last_entry_of_scholarship', { lastOn: '2023-02-01' });
    story.accept(adjustment('instalment', 1, -10n));
    story.refuse(adjustment('instalment', 1, 10n, onDay('2023-01-31')), 'adjustment_before_last_entry_of_scholarship', { lastOn: '2023-02-01' });
    story.accept(adjustment('instalment', 1, 10n, onDay('2023-02-01')));
  });

  it('of a revoked scholarship gives back to what is available, or takes from it', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 2));
    story.accept(instalment('HB1', 1, 40n));
    story.accept(revocation('HB1', onDay('2023-01-15')));
    expect(story.accept(adjustment('instalment', 1, -10n))).toMatchObject({ data: { commitmentDelta: '0' } });
    expect([figures(story).committed, figures(story).bank]).toEqual([0n, 70n]);
    story.refuse(adjustment('instalment', 1, 61n), 'instalment_exceeds_scholarship', { remaining: '60' });
    story.accept(disbursement(20n, onDay('2023-01-20')));
    story.refuse(adjustment('instalment', 1, 60n), 'account_would_be_overdrawn', { shortBy: '10' });
    story.accept(adjustment('instalment', 1, 50n));
  });

  it('of a scholarship that ended before the closing gives back to what is available, and is raised again only so far', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 90n, 1));
    story.accept(instalment('HB1', 1, 90n));
    const voucher = { revision: 2n, event: story.events()[2]! };
    story.accept(closing('2023-01-31'));
    story.refuse(instalment('HB1', 2, 1n, onDay('2023-02-01')), 'scholarship_has_ended', {}, { scholarshipTaken: true });
    story.refuse(revocation('HB1', onDay('2023-02-01')), 'scholarship_has_ended', {}, { scholarshipTaken: true });
    story.refuse(scholarship('HB1', 1n, 1, onDay('2023-02-01')), 'scholarship_already_awarded', {}, { scholarshipTaken: true });
    story.refuse(adjustment('instalment', 1, 1n, onDay('2023-02-01')), 'instalment_exceeds_scholarship', { remaining: '0' }, { voucher });
    story.accept(adjustment('instalment', 1, -30n, onDay('2023-02-02')), { voucher });
    expect([figures(story).committed, availableOf(figures(story))]).toEqual([0n, 40n]);
    story.refuse(adjustment('instalment', 1, 31n, onDay('2023-02-02')), 'instalment_exceeds_scholarship', { remaining: '30' }, { voucher });
    story.accept(closing('2023-02-28'));
    story.accept(adjustment('instalment', 1, 30n, onDay('2023-03-01')), { voucher });
    expect(figures(story).bank).toBe(10n);
  });
});
