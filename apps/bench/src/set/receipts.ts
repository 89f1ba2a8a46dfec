import type { MadeRowOf } from './made-row.js';
import type { Making } from './movements.js';
import { donorCode, donorKind } from './registrations.js';

const WORDS = { cash: 'Ủng hộ tiền mặt', bank: 'Chuyển khoản ủng hộ', goods: 'Sách vở, đồ dùng học tập' } as const;

export function donationRow(making: Making): MadeRowOf<'donations'> {
  const { random, plan, day, seq } = making;
  const pledge = random.chance(0.05) ? making.pledges.any(random) : undefined;
  const book = pledge?.book ?? making.books.any(random);
  const giver = random.below(plan.donors);
  const account = random.chance(0.4) ? 'cash' : book.pays('gift') && random.chance(0.1) ? 'goods' : 'bank';
  const amount = donorKind(giver) === 'organisation' ? random.between(10, 400) * 100_000 : random.between(5, 300) * 10_000;
  const campaign = random.chance(0.2) ? random.pick(plan.campaigns).code : undefined;
  const values = {
    posted_seq: seq, receipt_no: making.number('PT'), received_on: day, fund_code: book.fund.code, donor_code: pledge?.values.donor_code ?? donorCode(plan, giver),
    campaign_code: pledge ? pledge.values.campaign_code : campaign, pledge_code: pledge?.values.code, account, amount: BigInt(amount),
    description: random.chance(0.75) ? WORDS[account] : undefined,
  } as const;
  book.add(account, amount);
  making.donations.add({ values, book, remaining: amount });
  return { file: 'donations', values };
}

export function pledgeRow(making: Making): MadeRowOf<'pledges'> {
  const { random, plan, day, seq } = making;
  const book = making.books.any(random);
  const values = {
    posted_seq: seq, code: making.number('CK'), donor_code: donorCode(plan, random.below(plan.donors)), fund_code: book.fund.code,
    campaign_code: random.chance(0.4) ? random.pick(plan.campaigns).code : undefined, amount: BigInt(random.between(1, 60) * 500_000), pledged_on: day,
    due_on: random.chance(0.7) ? '2025-06-30' : undefined,
  };
  making.pledges.add({ values, book });
  return { file: 'pledges', values };
}

export function supportRow(making: Making): MadeRowOf<'direct_support'> {
  const { random, plan, day, seq } = making;
  return {
    file: 'direct_support',
    values: {
      posted_seq: seq, reference: making.number('HT'), given_on: day, association_code: random.pick(plan.associations).code, donor_code: donorCode(plan, random.below(plan.donors)),
      form: random.chance(0.6) ? 'money' : 'goods', amount: BigInt(random.between(2, 90) * 100_000), recipients: random.between(0, 300),
      description: random.chance(0.5) ? 'Nhà tài trợ trao trực tiếp, "không qua quỹ"' : undefined,
    },
  };
}
