import type { MadeRowOf } from './made-row.js';
import type { Making } from './movements.js';

const SMALLEST_TRANSFER = 100_000;

/** Half of them bank a fund's cash, the others pass between funds. Undefined where there is nothing to move. */
export function transferRow(making: Making): MadeRowOf<'transfers'> | undefined {
  return making.random.chance(0.5) ? banked(making) : betweenFunds(making);
}

function banked(making: Making): MadeRowOf<'transfers'> | undefined {
  const { random, day, seq } = making;
  const book = making.books.any(random);
  const [from_account, to_account] = random.chance(0.85) ? (['cash', 'bank'] as const) : (['bank', 'cash'] as const);
  const amount = upTo(making, book.movable(from_account), 5_000_000);
  if (amount === undefined) return undefined;
  book.add(from_account, -amount);
  book.add(to_account, amount);
  const { code } = book.fund;
  return {
    file: 'transfers',
    values: {
      posted_seq: seq, reference: making.number('NT'), transferred_on: day, from_fund_code: code, from_account, to_fund_code: code, to_account, amount: BigInt(amount),
      description: from_account === 'cash' ? 'Nộp tiền vào ngân hàng' : 'Rút tiền về quỹ',
    },
  };
}

function betweenFunds(making: Making): MadeRowOf<'transfers'> | undefined {
  const { random, day, seq } = making;
  const pair = making.books.transferPair(random);
  if (!pair) return undefined;
  const [from, to] = pair;
  const isGoods = random.chance(0.1);
  const from_account = isGoods ? 'goods' : random.chance(0.8) ? 'bank' : 'cash';
  const to_account = isGoods ? 'goods' : random.chance(0.8) ? 'bank' : 'cash';
  const amount = upTo(making, from.payable(from_account), 20_000_000);
  if (amount === undefined) return undefined;
  from.add(from_account, -amount);
  to.add(to_account, amount);
  return {
    file: 'transfers',
    values: {
      posted_seq: seq, reference: making.number('NT'), transferred_on: day, from_fund_code: from.fund.code, from_account, to_fund_code: to.fund.code, to_account,
      amount: BigInt(amount), description: random.chance(0.5) ? 'Cấp kinh phí' : undefined,
    },
  };
}

/** A round amount of at most half of what there is. */
function upTo({ random }: Making, there: number, most: number): number | undefined {
  const largest = Math.floor(Math.min(there / 2, most) / SMALLEST_TRANSFER);
  return largest < 1 ? undefined : random.between(1, largest) * SMALLEST_TRANSFER;
}

/** Undefined where the donation that was drawn cannot be lowered any more. */
export function adjustmentRow(making: Making): MadeRowOf<'adjustments'> | undefined {
  const { random, day, seq } = making;
  const donation = making.donations.any(random);
  if (!donation) return undefined;
  const { values: origin, book, remaining } = donation;
  const delta = random.chance(0.4) ? random.between(1, 50) * 10_000 : -(random.chance(0.1) ? remaining : Math.floor(remaining / random.between(2, 9)));
  if (delta === 0 || (delta < 0 && book.payable(origin.account) < -delta)) return undefined;
  book.add(origin.account, delta);
  donation.remaining += delta;
  return {
    file: 'adjustments', origin,
    values: { posted_seq: seq, reference: making.number('DC'), adjusted_on: day, adjusts: origin.receipt_no, delta: BigInt(delta), reason: delta < 0 ? 'Ghi nhầm số tiền, điều chỉnh giảm' : '' },
  };
}
