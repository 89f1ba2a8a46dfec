import { fundIdOf } from '@ledger/fund-ledger';
import { HttpConnection } from '../http/connection.js';
import { House } from '../processes/house.js';
import { shown } from '../report/figures.js';
import { planSet } from '../set/plan.js';
import { BenchTree } from './bench-tree.js';
import type { BenchPart } from './part.js';

/**
 * The first command on a fund that holds every movement of the ledger, by an api process that has just been started;
 * once after a start that met the log for the first time, then after a restart, which is the figure.
 */
export const firstCommand: BenchPart = {
  name: 'first-command', onEmpty: false, needs: [],
  async measure({ movements, logOf, others }) {
    const wishes = { movements, associations: 1 };
    const house = await House.open(await logOf(wishes));
    others.include(house);
    const plan = planSet({ ...wishes, seed: 1 });
    const fundId = fundIdOf(plan.rootCode, plan.funds[0]!.code);
    try {
      await house.start('api');
      const tree = await BenchTree.make(house.apiUrls[0]!, 1);
      const cold = await milliseconds(house, tree, fundId);
      await house.stop('api');
      await house.stop('eventstore');
      await house.start('eventstore');
      const serving = await house.start('api');
      const first = await milliseconds(house, tree, fundId);
      const second = await milliseconds(house, tree, fundId);
      return [
        {
          row: 'first command on a fund of all movements, after a restart', aim: '< 1 s', value: `${shown(first)} ms`,
          beside: `the very first one on this log ${shown(cold)} ms, the api served ${shown(serving)} ms after its start, the second command took ${shown(second)} ms, api ${house.peakMiB()['api'] ?? 0} MiB`,
        },
      ];
    } finally {
      await house.close();
    }
  },
};

/** Until it is booked, attempts that were answered 503 included. */
async function milliseconds(house: House, tree: BenchTree, fundId: string): Promise<number> {
  const connection = await HttpConnection.open(house.apiUrls[0]!);
  const { method, path, headers, body } = tree.donation(fundId, '1000');
  const started = performance.now();
  try {
    for (;;) {
      const answer = await connection.request(method, path, headers, body);
      if (answer.status === 201) return performance.now() - started;
      if (answer.status !== 503) throw new Error(`the first command: ${answer.status} ${answer.body.toString()}`);
    }
  } finally {
    connection.close();
  }
}
