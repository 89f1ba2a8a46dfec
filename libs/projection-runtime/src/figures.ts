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
