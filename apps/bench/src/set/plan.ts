import type { ValuesOf } from '@ledger/dataset';
import { placeName } from './names.js';
import { Random } from './random.js';

/** The days of every generated set, both included: two whole years. */
export const FIRST_DAY = '2023-01-01';
export const DAYS = 731;

const MOVEMENTS_PER_ASSOCIATION = 400;
const FEWEST_ASSOCIATIONS = 12;
const BELOW_A_DISTRICT = 250;
const BELOW_A_COMMUNE = 15;
const CAMPAIGNS = 4;

export interface SetWishes {
  readonly seed: number;
  readonly movements: number;
  /** One association has one fund, which then holds every movement. Default: one for each 400 movements, at least 12. */
  readonly associations?: number | undefined;
}

/** What of a set is small enough to be held in memory as a whole, and how much there is of the rest. */
export interface SetPlan {
  readonly seed: number;
  readonly movements: number;
  readonly rootCode: string;
  readonly associations: readonly ValuesOf<'associations'>[];
  readonly funds: readonly ValuesOf<'funds'>[];
  readonly campaigns: readonly ValuesOf<'campaigns'>[];
  readonly programs: readonly ValuesOf<'scholarship_programs'>[];
  readonly donors: number;
  readonly beneficiaries: number;
}

/** The same plan for the same wishes. Sets of different seeds have different root codes: one ledger can hold several. */
export function planSet({ seed, movements, associations: wanted }: SetWishes): SetPlan {
  const random = new Random(seed);
  const rootCode = `G${seed}`;
  const count = wanted ?? Math.max(FEWEST_ASSOCIATIONS, Math.round(movements / MOVEMENTS_PER_ASSOCIATION));
  const associations = plannedTree(rootCode, count, random);
  const funds = plannedFunds(rootCode, associations, movements, random);
  return {
    seed, movements, rootCode, associations, funds,
    campaigns: Array.from({ length: CAMPAIGNS }, (_, at) => ({
      code: `${rootCode}-C${at + 1}`, association_code: rootCode, name: `Vận động đợt ${at + 1}`,
      starts_on: `${2023 + (at >> 1)}-0${at % 2 === 0 ? 1 : 7}-01`, ends_on: undefined, target: at === 0 ? undefined : BigInt(movements) * 10_000n + 1n,
    })),
    programs: funds.flatMap(({ code, purpose, name }, at) => (purpose === undefined || purpose === 'scholarship' ? [{
      code: `${code}-CT`, fund_code: code, name: `Học bổng ${name}`, partner: at % 3 === 0 ? 'Minh Việt' : undefined,
    }] : [])),
    donors: Math.max(40, Math.round(movements / 20)),
    beneficiaries: Math.max(60, Math.round(movements / 15)),
  };
}

/** A province; below it districts, communes and branches, parents first. */
function plannedTree(rootCode: string, count: number, random: Random): ValuesOf<'associations'>[] {
  const tree: ValuesOf<'associations'>[] = [];
  const add = (level: ValuesOf<'associations'>['level'], parent: string | undefined, own: string): void => {
    const code = parent === undefined ? rootCode : `${parent}-${own}`;
    tree.push({
      code, name: `Hội Khuyến học ${placeName(random, tree.length + 1)}`, level, parent_code: parent,
      members: level === 'branch' ? random.between(20, 160) : random.between(0, 12), established_on: random.chance(0.8) ? `${random.between(1996, 2015)}-10-02` : undefined,
    });
  };
  add('province', undefined, '');
  const below = count - 1;
  const districts = below === 0 ? 0 : Math.max(1, Math.round(below / BELOW_A_DISTRICT));
  const communes = Math.ceil((below - districts) / (BELOW_A_COMMUNE + 1));
  for (let at = 0; at < districts; at += 1) add('district', rootCode, String(at + 1).padStart(2, '0'));
  for (let at = 0; at < communes; at += 1) add('commune', tree[1 + (at % districts)]!.code, `X${at + 1}`);
  const firstCommune = 1 + districts;
  for (let at = 0; tree.length < count; at += 1) add('branch', tree[firstCommune + (at % communes)]!.code, `C${at + 1}`);
  return tree;
}

/** Three funds of the province (one for scholarships only, one with a principal), and one of every district and commune. */
function plannedFunds(rootCode: string, associations: readonly ValuesOf<'associations'>[], movements: number, random: Random): ValuesOf<'funds'>[] {
  const scale = BigInt(Math.max(1, Math.round(movements / 2_000)));
  const fund = (code: string, association: string, name: string, over: Partial<ValuesOf<'funds'>> = {}): ValuesOf<'funds'> => ({
    code, association_code: association, name, restriction: 'unrestricted', purpose: undefined, endowment_principal: 0n, opened_on: FIRST_DAY,
    opening_cash: BigInt(random.between(0, 40)) * 1_000_000n, opening_bank: BigInt(random.between(0, 90)) * 1_500_000n, opening_goods: random.chance(0.3) ? 2_345_678n : 0n, ...over,
  });
  const first = fund(`${rootCode}-Q1`, rootCode, 'Quỹ Khuyến học tỉnh', { opening_bank: 50_000_000n * scale });
  if (associations.length === 1) return [first];
  return [
    first,
    fund(`${rootCode}-Q2`, rootCode, 'Quỹ học bổng Ánh Sáng', { restriction: 'restricted', purpose: 'scholarship', opening_bank: 30_000_000n * scale, opening_goods: 0n }),
    fund(`${rootCode}-Q3`, rootCode, 'Quỹ học bổng Trường Sơn', { restriction: 'restricted', purpose: 'scholarship', endowment_principal: 80_000_000n, opening_bank: 80_000_000n + 20_000_000n * scale, opening_goods: 0n }),
    ...associations.filter(({ level }) => level === 'district' || level === 'commune').map(({ code, name, level }, at) =>
      fund(`${code}-Q`, code, `Quỹ ${name}`, level === 'commune' && at % 12 === 11 ? { restriction: 'restricted', purpose: at % 24 === 11 ? 'hardship_aid' : 'award', opening_goods: 0n } : {})),
  ];
}
