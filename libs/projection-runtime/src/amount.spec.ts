import fc from 'fast-check';
import { MeasurePlaces, amountOf, exactly, plus } from './amount.js';
import type { Amount } from './amount.js';

const LARGE = 10n ** 40n;
const amounts = fc.oneof(fc.bigInt({ min: -LARGE, max: LARGE }), fc.bigInt({ min: -100n, max: 100n }), fc.bigInt({ min: 2n ** 53n - 5n, max: 2n ** 53n + 5n }));
const isExact = (amount: Amount): boolean => typeof amount === 'bigint' || Number.isSafeInteger(amount);

describe('amounts', () => {
  it('add up to what bigints add up to, whatever their size', () => {
    fc.assert(fc.property(fc.array(amounts, { maxLength: 30 }), (all) => {
      const sum = all.map((one) => amountOf(one.toString())).reduce(plus, 0);
      expect(BigInt(sum)).toBe(all.reduce((total, one) => total + one, 0n));
      expect(isExact(sum)).toBe(true);
    }));
  });

  it('are numbers where numbers are exact, and only there', () => {
    expect([exactly(5n), amountOf('-7'), exactly(2n ** 53n), amountOf('9007199254740993')]).toEqual([5, -7, 2n ** 53n, 9_007_199_254_740_993n]);
    expect(plus(Number.MAX_SAFE_INTEGER, 1)).toBe(9_007_199_254_740_992n);
    expect(plus(9_007_199_254_740_992n, -1)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each(['1.5', '1e3', 'abc', '-', '--1', '1 000'])('are not read from %s', (text) => {
    expect(() => amountOf(text)).toThrow(SyntaxError);
  });

  it('are added to the measures that there are, and to no other', () => {
    const places = new MeasurePlaces(['cash', 'bank']);
    const row: Amount[] = [];
    places.add(row, [['bank', 5], ['cash', -2], ['bank', 2n ** 60n]]);
    expect([places.names, row]).toEqual([['bank', 'cash'], [2n ** 60n + 5n, -2]]);
    expect(() => places.add(row, [['goods', 1]])).toThrow('there is no measure goods');
  });
});
