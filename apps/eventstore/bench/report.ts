import type { Rate } from './client-load.js';
import type { Pair } from './main.js';

/** One figure, and what it should be. */
export interface Verdict {
  name: string;
  value?: number;
  pair?: Pair<Rate>;
  atLeast?: number;
  atMost?: number;
  /** Of the null server's rate. */
  atLeastRatio?: number;
  /** Processor cores the event store may use. */
  atMostCores?: number;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A table of the medians, with the aims they met or missed. */
export function reportLines(verdicts: readonly Verdict[]): string[] {
  const rows = verdicts.map((verdict) => {
    const { pair } = verdict;
    if (pair === undefined) return [verdict.name, '', round(verdict.value ?? Number.NaN), '', '', judge(verdict, verdict.value ?? Number.NaN)];
    const nothing = medianOf(pair.nothing.map((rate) => rate.perSecond));
    const ours = medianOf(pair.eventstore.map((rate) => rate.perSecond));
    const cores = medianOf(pair.eventstore.map((rate) => rate.cores));
    return [verdict.name, round(nothing), round(ours), (ours / nothing).toFixed(2), cores.toFixed(2), judge(verdict, ours, ours / nothing, cores)];
  });
  const table = [['', 'null server', 'event store', 'ratio', 'cores', 'aim'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '));
}

function judge(verdict: Verdict, value: number, ratio = 0, cores = 0): string {
  const missed: string[] = [];
  const aims: string[] = [];
  const check = (aim: string, met: boolean): void => void (met ? aims : missed).push(aim);
  if (verdict.atLeast !== undefined) check(`≥ ${verdict.atLeast}`, value >= verdict.atLeast);
  if (verdict.atMost !== undefined) check(`≤ ${verdict.atMost}`, value <= verdict.atMost);
  if (verdict.atLeastRatio !== undefined) check(`ratio ≥ ${verdict.atLeastRatio}`, ratio >= verdict.atLeastRatio);
  if (verdict.atMostCores !== undefined) check(`cores ≤ ${verdict.atMostCores}`, cores <= verdict.atMostCores);
  return [...aims.map((aim) => `${aim} met`), ...missed.map((aim) => `${aim} MISSED`)].join(', ');
}

function round(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}
