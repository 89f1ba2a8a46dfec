import type { MadeRow } from './made-row.js';
import { Books, Recent, Waiting, type OpenScholarship, type RecentDonation, type RecentPledge } from './books.js';
import { donationRow, pledgeRow, supportRow } from './receipts.js';
import { adjustmentRow, transferRow } from './corrections.js';
import { awardRow, disbursementRow, instalmentRow, scholarshipRow } from './payments.js';
import { DAYS, FIRST_DAY, type SetPlan } from './plan.js';
import { Random } from './random.js';

const REMEMBERED = 512;
/** The stretch of the draw that each kind takes; where a kind cannot be made just now, and for the rest, a donation is. */
const MIX: readonly (readonly [number, (making: Making) => MadeRow | undefined])[] = [
  [0.20, disbursementRow],
  [0.08, scholarshipRow],
  [0.19, instalmentRow],
  [0.04, awardRow],
  [0.04, transferRow],
  [0.025, supportRow],
  [0.015, adjustmentRow],
  [0.01, pledgeRow],
];

/** What making the next row needs: where the set has got to, and what of the past it may name. */
export class Making {
  readonly random: Random;
  readonly books: Books;
  readonly donations = new Recent<RecentDonation>(REMEMBERED);
  readonly pledges = new Recent<RecentPledge>(REMEMBERED);
  readonly open = new Waiting<OpenScholarship>();
  seq = 0;
  day = FIRST_DAY;
  private readonly counts = { PT: 0, PC: 0, HB: 0, KT: 0, NT: 0, DC: 0, HT: 0, CK: 0 };

  constructor(readonly plan: SetPlan) {
    this.random = new Random(plan.seed ^ 0x2f6e2b1);
    this.books = new Books(plan);
  }

  /** The next number of a kind: receipts PT, vouchers PC, scholarships HB, awards KT, transfers NT, adjustments DC, support HT, pledges CK. */
  number(kind: keyof Making['counts']): string {
    this.counts[kind] += 1;
    return `${this.plan.rootCode}-${kind}${String(this.counts[kind]).padStart(7, '0')}`;
  }
}

const DAY_MS = 86_400_000;

/** Every movement of the set, in the order in which it is posted; the same rows each time. Memory does not grow with their number. */
export function* movementRows(plan: SetPlan): Generator<MadeRow> {
  const making = new Making(plan);
  const days = Array.from({ length: DAYS }, (_, at) => new Date(Date.parse(FIRST_DAY) + at * DAY_MS).toISOString().slice(0, 10));
  for (let at = 0; at < plan.movements; at += 1) {
    making.day = days[Math.floor((at * DAYS) / plan.movements)]!;
    making.seq = at + 1;
    yield drawn(making) ?? donationRow(making);
  }
}

function drawn(making: Making): MadeRow | undefined {
  let draw = making.random.fraction();
  for (const [share, make] of MIX) {
    if (draw < share) return make(making);
    draw -= share;
  }
  return undefined;
}
