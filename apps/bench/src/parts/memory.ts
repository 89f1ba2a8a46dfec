import type { BenchPart } from './part.js';

/** The most memory that each process has had in the parts that were run before. */
export const memory: BenchPart = {
  name: 'memory', onEmpty: true, needs: ['projector', 'api'],
  async measure({ house }) {
    return Object.entries(house.peakMiB()).map(([name, peak]) => ({ row: `peak memory, ${name}`, value: `${peak} MiB` }));
  },
};
