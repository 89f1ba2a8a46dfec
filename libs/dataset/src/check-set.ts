import type { Day } from '@ledger/kernel';
import type { Fault } from './faults.js';
import { EMPTY_LEDGER, type LedgerState } from './ledger-state.js';
import { LIMITS, type Limits } from './limits.js';
import { readSet, type ReadSet } from './read-set.js';
import { MOVEMENT_FILES, movements } from './rows/movements.js';
import { registrations } from './rows/registrations.js';
import { SetIndex } from './rows/set-index.js';
import { standingRows } from './rows/standing.js';
import { JoinedSubmissions } from './rows/submissions.js';
import { Consequences } from './rules/consequences.js';
import { rehearse } from './rules/rehearsal.js';
import type { ImportPlan } from './run/plan.js';
import type { SetSource } from './source.js';

export interface CheckOptions {
  /** Today in Vietnam. */
  readonly today: Day;
  /** The ledger that the set would go into; one that is empty where none is given. */
  readonly ledger?: LedgerState;
  readonly limits?: Limits;
}

export type CheckedSet =
  | {
      readonly kind: 'sound';
      readonly rootCode: string;
      readonly rows: number;
      readonly plan: ImportPlan;
      /** Command ids of rows that the ledger holds already. */
      readonly alreadyBooked: ReadonlySet<string>;
    }
  | {
      readonly kind: 'faulty';
      /** In the order of files and lines; at most `limits.faultsReported`. */
      readonly faults: readonly Fault[];
      readonly faultCount: number;
    };

/** Checks a whole set, its form first, then by the ledger's own rules. Writes nothing. */
export async function checkSet(source: SetSource, { today, ledger = EMPTY_LEDGER, limits = LIMITS }: CheckOptions): Promise<CheckedSet> {
  const read = await readSet(source, today, limits);
  const { rootCode, faults } = read;
  const sound = rootCode === undefined ? undefined : await checkRules(read, rootCode, today, ledger);
  if (faults.count > 0 || !sound) return { kind: 'faulty', faults: faults.inOrder(), faultCount: faults.count };
  return { kind: 'sound', ...sound };
}

async function checkRules({ set, faults }: ReadSet, rootCode: string, today: Day, ledger: LedgerState): Promise<Omit<Extract<CheckedSet, { kind: 'sound' }>, 'kind'>> {
  const standing = standingRows(set);
  const { rows } = standing;
  const index = new SetIndex(rootCode, rows);
  const consequences = Consequences.of(standing, index);
  // A pledge has no part in any book: it may be made before whatever names it, though it was posted later.
  const stages = [...registrations(rows, index), movements(rows, index, ['pledges'])];
  const booked = movements(rows, index, MOVEMENT_FILES.filter((file) => file !== 'pledges'));
  const inOrder = new JoinedSubmissions([...stages, booked]);
  const alreadyBooked = await rehearse(inOrder, { rootCode, adjustedReceipts: new Set(rows.adjustments.map(({ values }) => values.adjusts)), today, ledger, faults, consequences });
  return { rootCode, rows: inOrder.length, plan: { stages, movements: booked }, alreadyBooked };
}
