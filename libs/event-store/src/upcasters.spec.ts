import { BrokenInvariant } from '@ledger/kernel';
import { upcasters, upcasting, type Upcaster } from './upcasters.js';

// Made up: no event of the ledger has had another shape yet.
const GIFT_V1 = { type: 'GiftGiven', schemaVersion: 1, data: { amount: '5000', who: 'd-1' } };
const giftNamesItsDonor: Upcaster = {
  type: 'GiftGiven',
  schemaVersion: 1,
  upcast: ({ who, ...rest }) => ({ type: 'GiftGiven', schemaVersion: 2, data: { ...rest, donorId: who } }),
};
const giftIsADonation: Upcaster = {
  type: 'GiftGiven',
  schemaVersion: 2,
  upcast: (data) => ({ type: 'DonationReceived', schemaVersion: 1, data: { ...data, account: 'cash' } }),
};

it('leaves the present shapes alone', () => {
  expect(upcasters).toEqual([]);
  expect(upcasting(upcasters)(GIFT_V1)).toBe(GIFT_V1);
  expect(upcasting([giftIsADonation])(GIFT_V1)).toBe(GIFT_V1);
});

it('goes on until nothing knows the shape', () => {
  expect(upcasting([giftIsADonation, giftNamesItsDonor])(GIFT_V1)).toEqual({
    type: 'DonationReceived',
    schemaVersion: 1,
    data: { amount: '5000', donorId: 'd-1', account: 'cash' },
  });
});

it('takes two upcasters of one shape, or a circle, for bugs', () => {
  expect(() => upcasting([giftIsADonation, giftIsADonation])).toThrow(BrokenInvariant);
  const circle = upcasting([{ type: 'A', schemaVersion: 1, upcast: (data) => ({ type: 'A', schemaVersion: 1, data }) }]);
  expect(() => circle({ type: 'A', schemaVersion: 1, data: {} })).toThrow(BrokenInvariant);
});
