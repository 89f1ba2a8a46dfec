import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CsvFiles } from './csv-files.js';
import { historiesIn } from './histories.js';
import { movementRows } from './movements.js';
import { planSet, type SetPlan, type SetWishes } from './plan.js';
import { registrationRows } from './registrations.js';
import { Tally } from './tally.js';

export interface WrittenSet {
  readonly plan: SetPlan;
  /** Of all files together. */
  readonly rows: number;
}

/** Writes a set in the import format with its expected.json. What was in those files before is gone. */
export function writeSet(wishes: SetWishes, folder: string): WrittenSet {
  const plan = planSet(wishes);
  const files = new CsvFiles(folder);
  const tally = new Tally();
  for (const rows of [registrationRows(plan), movementRows(plan)]) {
    for (const row of rows) {
      files.write(row);
      tally.note(row);
    }
  }
  files.close();
  const expected = tally.figures((beneficiaries) => historiesIn(movementRows(plan), beneficiaries));
  writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expected, undefined, 1)}\n`);
  return { plan, rows: files.rows };
}
