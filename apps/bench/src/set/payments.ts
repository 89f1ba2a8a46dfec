import type { MadeRowOf } from './made-row.js';
import type { Making } from './movements.js';
import { anyGroup, beneficiaryCode } from './registrations.js';

const TO_ONE = ['hardship_aid', 'emergency_aid', 'learning_support'] as const;
const TO_MANY = ['gift', 'school_equipment', 'learning_support'] as const;
const TRIES = 8;

/** Whoever is drawn twice and came first is helped again: some beneficiaries have long histories. */
function anyBeneficiary({ random, plan }: Making): string {
  return beneficiaryCode(plan, Math.min(random.below(plan.beneficiaries), random.below(plan.beneficiaries)));
}

export function disbursementRow(making: Making): MadeRowOf<'disbursements'> | undefined {
  const { random, day, seq } = making;
  const book = making.books.any(random);
  const isToOne = random.chance(0.6);
  const purpose = random.pick<(typeof TO_ONE | typeof TO_MANY)[number]>(isToOne ? TO_ONE : TO_MANY);
  if (!book.pays(purpose)) return undefined;
  const amount = isToOne ? random.between(2, 30) * 100_000 : random.between(10, 120) * 100_000;
  const account = random.chance(0.2) && book.payable('goods') >= amount ? 'goods' : book.accountFor(amount);
  if (!account) return undefined;
  book.add(account, -amount);
  return {
    file: 'disbursements',
    values: {
      posted_seq: seq, voucher_no: making.number('PC'), paid_on: day, fund_code: book.fund.code, purpose, beneficiary_code: isToOne ? anyBeneficiary(making) : undefined,
      recipients: isToOne ? 1 : random.between(0, 200), account, amount: BigInt(amount), description: random.chance(0.6) ? 'Hỗ trợ chi phí học tập' : undefined,
    },
  };
}

export function scholarshipRow(making: Making): MadeRowOf<'scholarships'> | undefined {
  const { random, day, seq } = making;
  let book = making.books.any(random);
  for (let tries = 0; tries < TRIES && book.programs.length === 0; tries += 1) book = making.books.any(random);
  const instalments = random.between(1, 4);
  const amount = instalments * random.between(5, 20) * 100_000;
  if (book.programs.length === 0 || book.available < amount) return undefined;
  book.commit(amount);
  const values = {
    posted_seq: seq, code: making.number('HB'), program_code: random.pick(book.programs).code, beneficiary_code: anyBeneficiary(making),
    awarded_on: day, amount: BigInt(amount), instalments,
  };
  making.open.add({ values, book, paid: 0 });
  return { file: 'scholarships', values };
}

/** The next instalment of the award that has waited longest. Undefined where none is open, or its fund's accounts cannot pay just now. */
export function instalmentRow(making: Making): MadeRowOf<'scholarship_payments'> | undefined {
  const { random, day, seq } = making;
  const open = making.open.take();
  if (!open) return undefined;
  const { values: origin, book } = open;
  const share = Number(origin.amount) / origin.instalments;
  const isLast = open.paid + 1 === origin.instalments;
  // Now and then a last instalment leaves a rest, which stays committed.
  const amount = isLast && random.chance(0.04) ? share - 100_000 : share;
  const account = book.accountForCommitted(amount);
  if (!account) {
    making.open.add(open);
    return undefined;
  }
  book.add(account, -amount);
  book.commit(-amount);
  open.paid += 1;
  if (!isLast) making.open.add(open);
  return {
    file: 'scholarship_payments', origin,
    values: { posted_seq: seq, voucher_no: making.number('PC'), paid_on: day, scholarship_code: origin.code, instalment: open.paid, account, amount: BigInt(amount) },
  };
}

export function awardRow(making: Making): MadeRowOf<'awards'> {
  const { random, plan, day, seq } = making;
  const association_code = random.pick(plan.associations).code;
  const isToGroup = random.chance(0.3);
  const amount = random.between(2, 20) * 100_000;
  const book = random.chance(0.7) ? (making.books.of(association_code) ?? making.books.any(random)) : undefined;
  const account = book?.pays('award') ? book.accountFor(amount) : undefined;
  if (book && account) book.add(account, -amount);
  return {
    file: 'awards',
    values: {
      posted_seq: seq, code: making.number('KT'), association_code, granted_on: day, title: isToGroup ? 'Dòng họ khuyến học tiêu biểu' : 'Học sinh giỏi',
      kind: account ? 'prize' : 'certificate_of_merit', recipient_kind: isToGroup ? 'group' : 'individual',
      recipient_code: isToGroup ? beneficiaryCode(plan, anyGroup(random, plan.beneficiaries)) : anyBeneficiary(making),
      fund_code: account && book?.fund.code, voucher_no: account && making.number('PC'), account, amount: account ? BigInt(amount) : 0n,
    },
  };
}
