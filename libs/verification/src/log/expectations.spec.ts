import { textOf } from '../cells.js';
import { KeyedExpectations } from './expectations.js';
import type { SumsLimits } from './sums.js';

jest.setTimeout(60_000);

const HUGE = 9_007_199_254_740_993n;

/** Thousands of additions to a few hundred rows, told as the rows that come of them. */
async function rowsWith(limits?: SumsLimits, runCharacters?: number): Promise<string[]> {
  const expectations = new KeyedExpectations(limits, runCharacters);
  try {
    for (let position = 1n; position <= 1_500n; position += 1n) {
      const fund = `fund-${(position * 7n) % 13n}`;
      const day = `2024-01-${String((position * 11n) % 28n + 1n).padStart(2, '0')}`;
      expectations.add('accountDay', fund, day, position % 2n === 0n ? { debit_1110: position } : { credit_1110: HUGE }, position);
      expectations.add('fundTotal', fund, '', { cash: 5n, bank: position % 3n === 0n ? -HUGE : HUGE, fees: 0n }, position);
      if (position % 100n === 0n) expectations.row('balanceUnit', [`unit-${position}`, ['a', 'b']], { position });
    }
    const told: string[] = [];
    for (const table of ['balanceUnit', 'fundTotal', 'accountDay'] as const) {
      for await (const { key, cells, text, place } of expectations.of(table)) {
        expect(text ?? textOf(cells)).toBe(textOf(cells));
        told.push(`${table} ${key} ${textOf(cells)} ${place.position}`);
      }
    }
    return told;
  } finally {
    expectations.close();
  }
}

it('adds up to the same rows in the same order, kept in memory or written out again and again', async () => {
  const rows = await rowsWith();
  expect(rows).toHaveLength(15 + 13 + 13 * 28);
  expect(rows).toEqual([...rows.slice(0, 15).sort(), ...rows.slice(15, 28).sort(), ...rows.slice(28).sort()]);
  for (const limits of [{ rows: 50, cells: 4_000, names: 4_000 }, { rows: 4_000, cells: 90, names: 4_000 }, { rows: 4_000, cells: 4_000, names: 20 }])
    expect(await rowsWith(limits, 2_000)).toEqual(rows);
});

it('counts exactly where numbers no longer do, and names the last event of a row', async () => {
  const expectations = new KeyedExpectations();
  expectations.add('campaignDay', 'f', '2024-01-01', { pledged: HUGE }, 3n);
  expectations.add('campaignDay', 'f', '2024-01-01', { pledged: 1n }, 9n);
  expectations.add('campaignDay', 'f', '2024-01-01', { pledged: HUGE, donations: 2n }, 5n);
  for await (const { cells, place } of expectations.of('campaignDay')) expect([cells, place]).toEqual([['f', '2024-01-01', 2n * HUGE + 1n, 0n, 0n, 0n, 0n, 2n], { position: 9n }]);
  expectations.close();
});
