import type { SetPlan } from '../set/plan.js';
import type { House } from '../processes/house.js';
import type { OtherLoad } from '../processes/other-load.js';
import type { Figure } from '../report/figures.js';
import type { Ceilings } from './ceilings.js';

/** What a part works on: a ledger of so many movements, and what was measured of the clients alone. */
export interface Bench {
  /** Of the ledger; 0 where it is empty. */
  readonly movements: number;
  readonly house: House;
  /** What the ledger was built of; undefined where it is empty. */
  readonly plan: SetPlan | undefined;
  readonly ceilings: Ceilings;
  /** A count, made smaller for a smoke run. */
  readonly scaled: (count: number) => number;
  readonly rounds: number;
  readonly isQuick: boolean;
  /** Who else uses the machine; a part that opens a house of its own tells it. */
  readonly others: OtherLoad;
  /** A folder with a log of that set, copied for this part alone; removed at the end of the run. */
  readonly logOf: (wishes: { readonly movements: number; readonly associations: number }) => Promise<string>;
}

export interface BenchPart {
  readonly name: string;
  /** False for what has no meaning in an empty ledger. */
  readonly onEmpty: boolean;
  /** Parts of the house that have to run, and to have caught up, before it begins. */
  readonly needs: readonly ('projector' | 'api')[];
  readonly measure: (bench: Bench) => Promise<readonly Figure[]>;
}
