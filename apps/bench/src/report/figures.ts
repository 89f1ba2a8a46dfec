/** One measured figure, as it stands in the table of docs/performance.md. */
export interface Figure {
  /** Row of the table; the same in every run. */
  readonly row: string;
  /** What the figure should be, where an aim was set. */
  readonly aim?: string;
  /** As it is shown. */
  readonly value: string;
  /** What belongs to it and stays on the screen: processor seconds, retries. */
  readonly beside?: string;
}

/** 1234.5 → `1,235`; below a hundred two digits after the point. */
export function shown(value: number): string {
  if (value >= 100) return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export const rate = (perSecond: number, ceiling?: number): string =>
  ceiling === undefined ? `${shown(perSecond)}/s` : `${shown(perSecond)}/s (${(perSecond / ceiling).toFixed(2)})`;

export const times = ({ p50, p99 }: { readonly p50: number; readonly p99: number }): string => `${shown(p50)} / ${shown(p99)} ms`;
