import { LARGEST_AMOUNT, type Day, type Dong } from '@ledger/kernel';
import type { Account } from '../vocabulary.js';
import { availableOf, minus, NOTHING, plus, type Effect, type Figures } from './figures.js';

/** Which rule a movement would break, on which day, and by how much at worst. */
export interface Shortage {
  readonly rule: Account | 'principal' | 'available' | 'too_large';
  /** The day that falls short most. */
  readonly day: Day;
  /** What is there on that day without the movement. */
  readonly balance: Dong;
  readonly shortBy: Dong;
}

const RULES = [
  ['cash', (figures: Figures) => figures.cash],
  ['bank', (figures: Figures) => figures.bank],
  ['goods', (figures: Figures) => figures.goods],
  ['principal', (figures: Figures) => figures.bank - figures.endowmentPrincipal],
  ['available', availableOf],
] as const;

const ACCOUNT_RULES = RULES.slice(0, 3);

/**
 * A book's figures at the end of every day: one net effect per day on which something moved, oldest first, and the sum
 * of all. At the newest day everything costs constant time; backdating costs one step per day that lies after it.
 */
export class Days {
  private constructor(private readonly days: Effect[], private sum: Figures) {}

  static from(base: Figures, later: readonly Effect[] = []): Days {
    return new Days([...later], later.reduce<Figures>(plus, base));
  }

  static empty(): Days {
    return Days.from(NOTHING);
  }

  /** As it was given by `parts`. */
  static of({ days, sum }: { readonly days: readonly Effect[]; readonly sum: Figures }): Days {
    return new Days([...days], sum);
  }

  /** Every day with its net effect, oldest first, and the sum of everything. */
  get parts(): { readonly days: readonly Effect[]; readonly sum: Figures } {
    return { days: this.days, sum: this.sum };
  }

  fork(): Days {
    return new Days([...this.days], this.sum);
  }

  /** After everything that is booked, whatever its day. */
  get latest(): Figures {
    return this.sum;
  }

  add(effect: Effect): void {
    this.sum = plus(this.sum, effect);
    let place = this.days.length;
    while (place > 0 && this.days[place - 1]!.day > effect.day) place -= 1;
    const same = this.days[place - 1];
    if (same?.day === effect.day) this.days[place - 1] = { ...plus(same, effect), day: same.day };
    else this.days.splice(place, 0, effect);
  }

  /** At the end of the day. */
  at(day: Day): Figures {
    let figures = this.sum;
    for (let place = this.days.length - 1; place >= 0 && this.days[place]!.day > day; place -= 1) {
      figures = minus(figures, this.days[place]!);
    }
    return figures;
  }

  after(day: Day): readonly Effect[] {
    return this.days.filter((effect) => effect.day > day);
  }

  /** What the effect would break on its day or any later one. Only what it makes worse is looked at. */
  shortageWith(effect: Effect): Shortage | undefined {
    const worsened = RULES.filter(([, measure]) => measure(effect) < 0n);
    const raised = ACCOUNT_RULES.filter(([, measure]) => measure(effect) > 0n);
    if (worsened.length + raised.length === 0) return undefined;
    const worst = new Map<string, Shortage>();
    this.eachDayFrom(effect.day, (day, figures) => {
      for (const [rule, measure] of worsened) keepWorst(worst, { rule, day, balance: measure(figures), shortBy: -(measure(figures) + measure(effect)) });
      for (const [, measure] of raised) {
        const over = measure(figures) + measure(effect) - LARGEST_AMOUNT;
        keepWorst(worst, { rule: 'too_large', day, balance: measure(figures), shortBy: over });
      }
    });
    for (const [rule] of RULES) if (worst.has(rule)) return worst.get(rule);
    return worst.get('too_large');
  }

  /** Newest first: the end of every day with movements after `from`, then the end of `from` itself. */
  private eachDayFrom(from: Day, visit: (day: Day, figures: Figures) => void): void {
    let figures = this.sum;
    for (let place = this.days.length - 1; place >= 0 && this.days[place]!.day > from; place -= 1) {
      visit(this.days[place]!.day, figures);
      figures = minus(figures, this.days[place]!);
    }
    visit(from, figures);
  }
}

/** Of equally bad days the earliest stays: days come newest first. */
function keepWorst(worst: Map<string, Shortage>, shortage: Shortage): void {
  if (shortage.shortBy <= 0n) return;
  const known = worst.get(shortage.rule);
  if (!known || shortage.shortBy >= known.shortBy) worst.set(shortage.rule, shortage);
}
