import type { Day } from '@ledger/kernel';
import { checkChronology } from './checks/chronology.js';
import { checkReferences } from './checks/references.js';
import { checkRepetition } from './checks/repetition.js';
import { checkRequiredTogether } from './checks/required-together.js';
import { checkTree } from './checks/tree.js';
import { Faults } from './faults.js';
import { FILE_NAMES, type FileName } from './format.js';
import { LIMITS, type Limits } from './limits.js';
import { readTable } from './read-table.js';
import type { SetSource } from './source.js';
import type { DataSet, Table } from './table.js';

export interface ReadSet {
  readonly set: DataSet;
  /** The code of the tree's root; undefined where no association could be told to be it. */
  readonly rootCode: string | undefined;
  readonly faults: Faults;
}

/** Reads a whole set and checks its form and its references. Whether the ledger's rules allow it is asked afterwards. */
export async function readSet(source: SetSource, today: Day, limits: Limits = LIMITS): Promise<ReadSet> {
  const faults = new Faults(limits.faultsReported);
  const session = { source, today, faults, limits, bytesLeft: limits.bytes, rowsLeft: limits.rows };
  const tables: Partial<Record<FileName, Table<FileName>>> = {};
  for (const file of FILE_NAMES) tables[file] = await readTable(file, session);
  const set = tables as unknown as DataSet;
  checkRepetition(set, faults);
  checkReferences(set, faults);
  checkRequiredTogether(set, faults);
  checkChronology(set, faults);
  const rootCode = checkTree(set, faults);
  return { set, rootCode, faults };
}
