import { cpuBetween } from '../processes/house.js';
import { rate, shown } from '../report/figures.js';
import type { BenchPart } from './part.js';

const AIM = '≥ 15,000/s';

/** Every projection, from nothing to the end of the log; the log's reader alone with them. What readers need is made behind it. */
export const catchUp: BenchPart = {
  name: 'catch-up', onEmpty: false, needs: [],
  async measure({ house, ceilings }) {
    const events = house.builtEvents ?? 0;
    const before = house.cpuSeconds();
    const started = performance.now();
    await house.start('projector');
    await house.untilCaughtUp();
    const seconds = (performance.now() - started) / 1_000;
    const told = cpuBetween(before, house.cpuSeconds());
    await house.untilFinished();
    const inAll = (performance.now() - started) / 1_000;
    return [
      { row: 'projector catch-up, all projections, events', aim: AIM, value: rate(events / seconds, ceilings.subscribed), beside: `${events} events, ${shown(seconds)} s, CPU ${told}` },
      { row: 'projector catch-up from nothing, with all indexes made, events', value: rate(events / inAll, ceilings.subscribed), beside: `${shown(inAll)} s, CPU ${cpuBetween(before, house.cpuSeconds())}` },
    ];
  },
};

/** Every projection built anew beside the live one, as `soquy rebuild all` does it, the switch included. */
export const rebuild: BenchPart = {
  name: 'rebuild', onEmpty: false, needs: ['projector'],
  async measure({ house, ceilings }) {
    // After a catch-up Postgres cleans up behind it, which is none of a rebuild's work.
    await house.untilAtRest();
    const before = house.cpuSeconds();
    const { seconds } = await house.command(['rebuild', 'all']);
    const events = Number((await house.untilCaughtUp())[0]!.events);
    return [{
      row: 'rebuild of all projections, events', aim: AIM, value: rate(events / seconds, ceilings.subscribed),
      beside: `${events} events, ${shown(seconds)} s, CPU ${cpuBetween(before, house.cpuSeconds())}`,
    }];
  },
};

/** The whole log folded afresh and every row of every read model compared with it. */
export const verify: BenchPart = {
  name: 'verify', onEmpty: false, needs: ['projector'],
  async measure({ house }) {
    const events = Number((await house.untilCaughtUp())[0]!.events);
    const before = house.cpuSeconds();
    const { seconds, peakMiB } = await house.command(['verify']);
    return [
      { row: 'verify, events', value: rate(events / seconds), beside: `${shown(seconds)} s, CPU ${cpuBetween(before, house.cpuSeconds())}` },
      { row: 'verify, peak memory', value: `${peakMiB} MiB` },
    ];
  },
};
