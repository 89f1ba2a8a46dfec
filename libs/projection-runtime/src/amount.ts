/** Đồng, or how many: a number for as long as that is exact, which adds many times faster than a bigint. */
export type Amount = number | bigint;

/** So many digits are exact as a number. */
const EXACT_DIGITS = 15;
const MINUS = 45;
const ZERO = 48;

/** Of decimal digits, with a minus before them or not. Throws a SyntaxError for anything else. */
export function amountOf(text: string): Amount {
  const isNegative = text.charCodeAt(0) === MINUS;
  const first = isNegative ? 1 : 0;
  if (text.length > EXACT_DIGITS || text.length === first) return exactly(BigInt(text));
  let value = 0;
  for (let at = first; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return exactly(BigInt(text));
    value = value * 10 + digit;
  }
  return isNegative ? -value : value;
}

/** The same amount, as a number where that is exact. */
export function exactly(amount: bigint): Amount {
  const value = Number(amount);
  return Number.isSafeInteger(value) ? value : amount;
}

export function plus(one: Amount, other: Amount): Amount {
  if (typeof one === 'number' && typeof other === 'number') {
    const sum = one + other;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return exactly(BigInt(one) + BigInt(other));
}

/** Signed changes of some measures; a measure may come more than once. */
export type Changes<Measure extends string> = readonly (readonly [measure: Measure, by: Amount])[];

/** The places that measures have in the rows of a batch, in the order in which they were first changed. */
export class MeasurePlaces {
  private readonly places = new Map<string, number>();
  private readonly measures: ReadonlySet<string>;

  constructor(measures: readonly string[]) {
    this.measures = new Set(measures);
  }

  get size(): number { return this.places.size; }
  get names(): string[] { return [...this.places.keys()]; }

  /** Adds changes to amounts by place. */
  add(amounts: (Amount | undefined)[], changes: Changes<string>): void {
    for (const [measure, by] of changes) {
      const place = this.places.get(measure) ?? this.placeFor(measure);
      const before = amounts[place];
      amounts[place] = before === undefined ? by : plus(before, by);
    }
  }

  private placeFor(measure: string): number {
    if (!this.measures.has(measure)) throw new Error(`there is no measure ${measure}`);
    const place = this.places.size;
    this.places.set(measure, place);
    return place;
  }
}
