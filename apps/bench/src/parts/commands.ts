import { median, runLoad, type LoadResult } from '../http/load.js';
import { cpuBetween, type House } from '../processes/house.js';
import { rate, times } from '../report/figures.js';
import { BenchTree } from './bench-tree.js';
import { MANY } from './ceilings.js';
import type { BenchPart } from './part.js';

const COUNTS = { warm: 2_000, one: 2_000, many: 15_000 };

/** Rounds taken one after the other, with what each process used. */
interface Rounds { readonly done: number; readonly perSecond: number; readonly p50: number; readonly p99: number; readonly beside: string }

export async function commandRounds(house: House, rounds: number, load: () => Promise<LoadResult>): Promise<Rounds> {
  const results: LoadResult[] = [];
  const before = house.cpuSeconds();
  const client = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) results.push(await load());
  const { user, system } = process.cpuUsage(client);
  const retries = results.reduce((sum, one) => sum + one.retries, 0);
  return {
    done: results.reduce((sum, one) => sum + one.done, 0),
    perSecond: median(results.map((one) => one.perSecond)), p50: median(results.map((one) => one.p50)), p99: median(results.map((one) => one.p99)),
    beside: `CPU ${cpuBetween(before, house.cpuSeconds())}, client ${((user + system) / 1e6).toFixed(1)} s${retries > 0 ? `, ${retries} sent again` : ''}`,
  };
}

/** Single commands over HTTP, each awaited: donations and payments by turns, over many funds. */
export const commands: BenchPart = {
  name: 'commands', onEmpty: true, needs: ['projector', 'api'],
  async measure({ house, ceilings, scaled, rounds }) {
    const url = house.apiUrls[0]!;
    await house.untilAtRest();
    const tree = await BenchTree.make(url, MANY);
    const many = Array.from({ length: MANY }, () => url);
    await runLoad(many, scaled(COUNTS.warm), (at) => tree.movement(at));
    const one = await commandRounds(house, rounds, () => runLoad([url], scaled(COUNTS.one), (at) => tree.movement(at)));
    const all = await commandRounds(house, rounds, () => runLoad(many, scaled(COUNTS.many), (at) => tree.movement(at)));
    return [
      { row: 'commands, one connection', aim: '≥ 600/s', value: rate(one.perSecond, ceilings.appendsOne), beside: one.beside },
      { row: 'commands, one connection, p50 / p99', value: times(one) },
      { row: 'commands, 64 connections, 64 funds', aim: '≥ 2,500/s', value: rate(all.perSecond, ceilings.appendsMany), beside: all.beside },
      { row: 'commands, 64 connections, p50 / p99', value: times(all) },
    ];
  },
};
