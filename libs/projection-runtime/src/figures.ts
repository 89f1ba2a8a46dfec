/** A figure that follows from others: the sum of `plus` less the sum of `minus`. */
export interface Derivation<Measure extends string> {
  readonly plus: readonly Measure[];
  readonly minus?: readonly Measure[];
}

/** The measures of a read model, which of them count things instead of đồng, and what follows from them. */
export interface FigureSet<Measure extends string, Count extends Measure, Derived extends string> {
  readonly measures: readonly Measure[];
  readonly counts: readonly Count[];
  readonly derived: Readonly<Record<Derived, Derivation<Measure>>>;
}

/** Amounts as decimal digits, counts as numbers. */
export type Figures<Measure extends string, Count extends Measure, Derived extends string> =
  Readonly<Record<Exclude<Measure, Count> | Derived, string>> & Readonly<Record<Count, number>>;

/** `a + b - c AS name, …` for a view over the measures' columns. */
export function derivedColumns<Measure extends string, Count extends Measure, Derived extends string>(set: FigureSet<Measure, Count, Derived>): string {
  const derivations = Object.entries(set.derived) as [Derived, Derivation<Measure>][];
  return derivations.map(([name, { plus, minus = [] }]) => `${plus.join(' + ')}${minus.map((one) => ` - ${one}`).join('')} AS ${name}`).join(', ');
}

/** Figures of a row that holds each measure as text; what is absent is 0. */
export function figuresOf<Measure extends string, Count extends Measure, Derived extends string>(
  set: FigureSet<Measure, Count, Derived>, valueOf: (measure: Measure) => string | undefined,
): Figures<Measure, Count, Derived> {
  const value = (measure: Measure): bigint => BigInt(valueOf(measure) ?? '0');
  const sum = (measures: readonly Measure[]): bigint => measures.reduce((total, measure) => total + value(measure), 0n);
  const counts = new Set<Measure>(set.counts);
  const derivations = Object.entries(set.derived) as [Derived, Derivation<Measure>][];
  return Object.fromEntries([
    ...set.measures.map((measure) => [measure, counts.has(measure) ? Number(value(measure)) : value(measure).toString()]),
    ...derivations.map(([name, { plus, minus = [] }]) => [name, (sum(plus) - sum(minus)).toString()]),
  ]) as Figures<Measure, Count, Derived>;
}

/** Where in a list of the measures each figure comes from. */
interface Plan {
  readonly measures: readonly { readonly name: string; readonly counts: boolean }[];
  readonly derived: readonly { readonly name: string; readonly plus: readonly number[]; readonly minus: readonly number[] }[];
}
const plans = new WeakMap<object, Plan>();

function planOf(set: FigureSet<string, string, string>): Plan {
  let plan = plans.get(set);
  if (plan) return plan;
  const places = (names: readonly string[] = []): number[] => names.map((name) => set.measures.indexOf(name));
  plan = {
    measures: set.measures.map((name) => ({ name, counts: set.counts.includes(name) })),
    derived: Object.entries(set.derived).map(([name, { plus, minus }]) => ({ name, plus: places(plus), minus: places(minus) })),
  };
  plans.set(set, plan);
  return plan;
}

/** Figures of all measures as Postgres wrote them into one text, in their order, with blanks between. */
export function figuresFrom<Measure extends string, Count extends Measure, Derived extends string>(set: FigureSet<Measure, Count, Derived>, text: string): Figures<Measure, Count, Derived> {
  const values = text.split(' ');
  const plan = planOf(set);
  const figures: Record<string, string | number> = {};
  plan.measures.forEach(({ name, counts }, place) => (figures[name] = counts ? Number(values[place]) : values[place] ?? '0'));
  for (const { name, plus, minus } of plan.derived) figures[name] = difference(values, plus, minus);
  return figures as Figures<Measure, Count, Derived>;
}

/** Nearly always small enough for numbers, which add many times faster than bigints. */
function difference(values: readonly string[], plus: readonly number[], minus: readonly number[]): string {
  let sum = 0;
  let isExact = true;
  const add = (value: number): void => {
    sum += value;
    isExact &&= Number.isSafeInteger(value) && Number.isSafeInteger(sum);
  };
  for (const place of plus) add(Number(values[place]));
  for (const place of minus) add(-Number(values[place]));
  if (isExact) return String(sum);
  const total = (places: readonly number[]): bigint => places.reduce((all, place) => all + BigInt(values[place] ?? 0), 0n);
  return (total(plus) - total(minus)).toString();
}
