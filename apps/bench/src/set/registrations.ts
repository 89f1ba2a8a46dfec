import type { ValuesOf } from '@ledger/dataset';
import { companyName, personName, schoolName } from './names.js';
import type { MadeRow } from './made-row.js';
import type { SetPlan } from './plan.js';
import { Random } from './random.js';

type Donor = ValuesOf<'donors'>;
type Beneficiary = ValuesOf<'beneficiaries'>;

const GROUP_EVERY = 25;
/** So that names are drawn from another sequence than everything else. */
const NAME_SALT = 0x51ab3c;

export const donorCode = ({ rootCode }: SetPlan, at: number): string => `${rootCode}-D${String(at + 1).padStart(6, '0')}`;
export const beneficiaryCode = ({ rootCode }: SetPlan, at: number): string => `${rootCode}-B${String(at + 1).padStart(6, '0')}`;

export function donorKind(at: number): Donor['kind'] {
  return at % 10 < 2 ? 'organisation' : at % 10 === 9 ? 'anonymous' : 'individual';
}

export function beneficiaryKind(at: number): Beneficiary['kind'] {
  if (at % GROUP_EVERY === 0) return 'group';
  return (['pupil', 'pupil', 'pupil', 'student', 'teacher', 'family'] as const)[at % 6]!;
}

/** One of the groups among that many beneficiaries. */
export function anyGroup(random: Random, beneficiaries: number): number {
  return random.below(Math.ceil(beneficiaries / GROUP_EVERY)) * GROUP_EVERY;
}

/** Every registration of the set, one at a time: persons are never held in memory. */
export function* registrationRows(plan: SetPlan): Generator<MadeRow> {
  for (const values of plan.associations) yield { file: 'associations', values };
  for (const values of plan.funds) yield { file: 'funds', values };
  for (const values of plan.campaigns) yield { file: 'campaigns', values };
  const random = new Random(plan.seed ^ NAME_SALT);
  for (let at = 0; at < plan.donors; at += 1) yield { file: 'donors', values: donor(plan, at, random) };
  for (let at = 0; at < plan.beneficiaries; at += 1) yield { file: 'beneficiaries', values: beneficiary(plan, at, random) };
  for (const values of plan.programs) yield { file: 'scholarship_programs', values };
}

function donor(plan: SetPlan, at: number, random: Random): Donor {
  const kind = donorKind(at);
  const name = kind === 'organisation' ? companyName(random, at + 1) : kind === 'anonymous' ? 'Nhà hảo tâm ẩn danh' : personName(random);
  return { code: donorCode(plan, at), name, kind };
}

function beneficiary(plan: SetPlan, at: number, random: Random): Beneficiary {
  const kind = beneficiaryKind(at);
  const name = kind === 'group' ? `Dòng họ học tập ${at + 1}` : kind === 'family' ? `Gia đình ${personName(random)}` : personName(random);
  const born = kind === 'pupil' || kind === 'student' ? `${random.between(2003, 2016)}-0${random.between(1, 9)}-${random.between(10, 28)}` : undefined;
  return {
    code: beneficiaryCode(plan, at), name, kind, date_of_birth: born, association_code: random.pick(plan.associations).code,
    school: kind === 'pupil' ? schoolName(random) : undefined,
  };
}
