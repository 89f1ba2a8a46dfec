import { adjustment, book, closing, disbursement, donation, instalment, pupilId, scholarship, scholarshipId, Story } from '../../testing/stories.js';
import { deciderOf, type BookState } from '../index.js';
import { LARGEST_CLOSING_BYTES } from './close-books.js';

const onDay = (effectiveOn: string) => ({ effectiveOn });

describe('closing the books', () => {
  it('carries all that later decisions need', () => {
    const story = new Story({ cash: 5n, bank: 100n, goods: 7n }, { endowmentPrincipal: 10n });
    story.accept(donation(50n, { externalReference: 'PT1' }));
    story.accept(scholarship('HB1', 60n, 3));
    story.accept(instalment('HB1', 1, 20n));
    story.accept(adjustment('receipt', 1, -10n));
    story.accept(disbursement(3n, { account: 'cash', ...onDay('2023-02-01') }));
    expect(story.accept(closing('2023-01-31'))).toMatchObject({
      type: 'BooksClosed',
      data: {
        through: '2023-01-31', revision: '6', voucher: { kind: 'closing', year: 2023, number: 1 }, openedOn: '2023-01-01', restriction: 'unrestricted',
        balances: { cash: '5', bank: '120', goods: '7' }, endowmentPrincipal: '10', committed: '40',
        laterDays: [{ day: '2023-02-01', cash: '-3', bank: '0', goods: '0', endowmentPrincipal: '0', committed: '0' }],
        scholarships: [{ id: scholarshipId('HB1'), beneficiaryId: pupilId, awardedOn: '2023-01-10', remaining: '40', instalments: 3, paid: 1, lastOn: '2023-01-10' }],
        adjustedVouchers: [{ kind: 'receipt', year: 2023, number: 1, remaining: '40', lastOn: '2023-01-20' }],
        lastNumbers: expect.arrayContaining([{ kind: 'receipt', year: 2023, number: 1 }, { kind: 'closing', year: 2023, number: 1 }]),
      },
    });
  });

  it('takes no more entries on a closed day, and goes on after it', () => {
    const story = new Story({ bank: 100n });
    story.accept(scholarship('HB1', 60n, 2));
    story.accept(closing('2023-01-31'));
    story.refuse(donation(1n, onDay('2023-01-31')), 'day_is_closed', { day: '2023-01-31', closedThrough: '2023-01-31' });
    story.refuse(disbursement(41n, onDay('2023-02-01')), 'payment_exceeds_available_balance', { shortBy: '1' });
    story.accept(instalment('HB1', 1, 30n, onDay('2023-02-01')));
    expect(story.accept(donation(1n, onDay('2023-02-01')))).toMatchObject({ data: { voucher: { number: 1 } } });
  });

  it('moves only forward, not before the opening, not after today', () => {
    const story = new Story();
    story.refuse(closing('2022-12-31'), 'date_is_before_fund_opened');
    story.refuse(closing('2024-03-11'), 'date_is_after_today');
    story.accept(closing('2023-06-30'));
    story.refuse(closing('2023-06-30'), 'books_already_closed_through', { closedThrough: '2023-06-30' });
    story.refuse(closing('2023-06-29'), 'books_already_closed_through');
    expect(story.accept(closing('2024-03-10'))).toMatchObject({ data: { revision: '2', voucher: { year: 2024, number: 1 } } });
  });

  it('keeps numbering the open year and forgets the closed ones', () => {
    const story = new Story();
    story.accept(donation(1n));
    story.accept(donation(1n, onDay('2024-01-01')));
    story.accept(closing('2023-06-30'));
    expect(story.accept(donation(1n, onDay('2023-07-01')))).toMatchObject({ data: { voucher: { year: 2023, number: 2 } } });
    expect(story.accept(closing('2023-12-31'))).toMatchObject({ data: { voucher: { number: 2 }, lastNumbers: [{ kind: 'receipt', year: 2024, number: 1 }] } });
    expect(story.accept(donation(1n, onDay('2024-01-02')))).toMatchObject({ data: { voucher: { year: 2024, number: 2 } } });
  });

  it('asks for references and scholarships of the closed stretch only after a closing', () => {
    const story = new Story({ bank: 100n });
    const referenced = donation(1n, { externalReference: 'PT1', ...onDay('2023-02-01') });
    const awarded = scholarship('HB1', 1n, 1, onDay('2023-02-01'));
    expect([story.model.needsOf(referenced), story.model.needsOf(awarded)]).toEqual([{}, {}]);
    story.accept(closing('2023-01-31'));
    expect(story.model.needsOf(referenced)).toEqual({ reference: { kind: 'receipt', externalReference: 'PT1' } });
    expect(story.model.needsOf(awarded)).toEqual({ scholarshipId: scholarshipId('HB1') });
    story.refuse(referenced, 'external_reference_already_used', {}, { referenceTaken: true });
    story.accept(referenced);
    story.refuse(referenced, 'external_reference_already_used');
    story.accept(awarded);
    expect(story.model.needsOf(awarded)).toEqual({});
  });

  it('knows the places of vouchers in the open stretch, wherever the fold began', () => {
    const story = new Story({ bank: 100n });
    story.accept(donation(1n, { externalReference: 'PT1' }));
    story.accept(closing('2023-01-31'));
    story.accept(donation(2n, { externalReference: 'PT2', ...onDay('2023-02-01') }));
    const decider = deciderOf(book);
    const fromClosing = story.events().slice(2).reduce((state, event) => decider.evolve(state, event), decider.initialState());
    story.model.seed(book, fromClosing, 4);
    for (const adjusts of [{ kind: 'receipt', year: 2023, number: 2 }, { kind: 'receipt', externalReference: 'PT2' }]) {
      expect(story.model.needsOf(adjustment('receipt', 2, 1n, { adjusts }))).toMatchObject({ voucher: { revision: 3n } });
    }
  });

  it('is refused where it would not fit into one append', () => {
    const story = new Story({ bank: 1_000_000n });
    const state = story.model.stateOf(book) as BookState;
    const one = { beneficiaryId: pupilId, awardedOn: '2023-01-10', remaining: 1n, instalments: 1, paid: 0, lastOn: '2023-01-10', revoked: false };
    for (let code = 0; code < 4_000; code += 1) state.scholarships.set(scholarshipId(`HB${code}`), one);
    expect(JSON.stringify(story.accept(closing('2023-01-31')).data).length).toBeLessThan(LARGEST_CLOSING_BYTES);
    const more = story.model.stateOf(book) as BookState;
    for (let code = 4_000; code < 6_000; code += 1) more.scholarships.set(scholarshipId(`HB${code}`), one);
    story.refuse(closing('2023-02-28'), 'closing_would_be_too_large', { scholarships: '6000' });
  });
});
