import { median, runLoad, type LoadResult, type Request } from '../http/load.js';
import { AUTHORIZED, cpuBetween } from '../processes/house.js';
import { rate, times, type Figure } from '../report/figures.js';
import type { SetPlan } from '../set/plan.js';
import { Random } from '../set/random.js';
import { beneficiaryCode } from '../set/registrations.js';
import type { BenchPart } from './part.js';

const CLIENTS = 16;
const QUESTIONS = 3_000;
const WARM = 500;
const AIM = 'p99 < 20 ms';

interface Question { readonly name: string; readonly path: (plan: SetPlan, random: Random) => string }

const month = (random: Random): string => `${random.between(2023, 2024)}-${String(random.between(1, 12)).padStart(2, '0')}`;

/** Each drawn anew: no two requests in a row ask for the same. */
const QUESTIONS_ASKED: readonly Question[] = [
  { name: 'fund balance', path: ({ rootCode, funds }, random) => `/funds/${rootCode}:${random.pick(funds).code}/balance${random.chance(0.5) ? `?effectiveOn=${month(random)}-15` : ''}` },
  { name: 'statement page of 50', path: ({ rootCode, funds }, random) => `/funds/${rootCode}:${random.pick(funds).code}/statement?from=${month(random)}-01` },
  {
    name: 'association with descendants over a year',
    path: ({ rootCode, associations }, random) => `/associations/${rootCode}:${random.pick(associations).code}/totals?scope=descendants&from=2024-01-01&to=2024-12-31`,
  },
  { name: 'beneficiary history', path: (plan, random) => `/beneficiaries/${plan.rootCode}:${beneficiaryCode(plan, Math.min(random.below(plan.beneficiaries), random.below(plan.beneficiaries)))}/history` },
];

/** The four questions that people ask most, 16 clients at a time, each question by itself. */
export const queries: BenchPart = {
  name: 'queries', onEmpty: false, needs: ['projector', 'api'],
  async measure({ house, plan, scaled, rounds }) {
    const figures: Figure[] = [];
    if (!plan) return figures;
    const random = new Random(7);
    const urls = Array.from({ length: CLIENTS }, () => house.apiUrls[0]!);
    const asked = ({ path }: Question) => (): Request => ({ method: 'GET', path: path(plan, random), headers: AUTHORIZED });
    await house.untilAtRest();
    for (const question of QUESTIONS_ASKED) await runLoad(urls, scaled(WARM), asked(question));
    for (const question of QUESTIONS_ASKED) {
      const before = house.cpuSeconds();
      const results: LoadResult[] = [];
      for (let round = 0; round < rounds; round += 1) results.push(await runLoad(urls, scaled(QUESTIONS), asked(question)));
      figures.push(
        { row: `${question.name}, 16 clients, p50 / p99`, aim: AIM, value: times({ p50: median(results.map(({ p50 }) => p50)), p99: median(results.map(({ p99 }) => p99)) }) },
        { row: `${question.name}, 16 clients`, value: rate(median(results.map(({ perSecond }) => perSecond))), beside: `CPU ${cpuBetween(before, house.cpuSeconds())}` },
      );
    }
    return figures;
  },
};
