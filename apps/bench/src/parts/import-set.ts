import { join } from 'node:path';
import { cpuBetween } from '../processes/house.js';
import { shown } from '../report/figures.js';
import type { BenchPart } from './part.js';

const QUICK_SET = 'nam-hoc-2023-24';
const SET = 'quang-tri-2023';

/** The largest sample by the command line, until every projection shows its last row. */
export const importSet: BenchPart = {
  name: 'import', onEmpty: true, needs: ['projector'],
  async measure({ house, isQuick }) {
    const set = isQuick ? QUICK_SET : SET;
    const before = house.cpuSeconds();
    const started = performance.now();
    const { said, seconds, peakMiB } = await house.command(['import', join('samples', set)]);
    const position = /position: [0-9a-f]+-(\d+)/.exec(said)?.[1];
    if (position === undefined) throw new Error(`the import says no position: ${said}`);
    await house.untilCaughtUp(BigInt(position));
    const all = (performance.now() - started) / 1_000;
    return [
      { row: `import of ${set}, projections caught up`, aim: '< 20 s', value: `${shown(all)} s`, beside: `the command ${shown(seconds)} s, CPU ${cpuBetween(before, house.cpuSeconds())}` },
      { row: `import of ${set}, peak memory of the command`, value: `${peakMiB} MiB` },
    ];
  },
};
