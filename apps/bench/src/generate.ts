import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wholeNumber } from './whole-number.js';
import { writeSet } from './set/write-set.js';

/** npm run generate -- --movements 100000 --seed 7 [--associations 250] [--out folder] */
function main(): void {
  const { values } = parseArgs({
    options: { movements: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' }, associations: { type: 'string' }, out: { type: 'string' } },
  });
  const movements = wholeNumber('--movements', values.movements, 1, 100_000_000);
  const seed = wholeNumber('--seed', values.seed, 0, 0xffff_ffff);
  const associations = values.associations === undefined ? undefined : wholeNumber('--associations', values.associations, 1, 1_000_000);
  const folder = values.out ?? join('data', 'sets', `G${seed}-${movements}`);
  const started = performance.now();
  const { plan, rows } = writeSet({ movements, seed, associations }, folder);
  const seconds = (performance.now() - started) / 1_000;
  process.stdout.write(
    `${folder}: gốc / root ${plan.rootCode}, ${rows} dòng / rows (${movements} phát sinh / movements, ${plan.associations.length} tổ chức / associations, ` +
    `${plan.funds.length} quỹ / funds), ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} dòng/s\n`);
}

main();
