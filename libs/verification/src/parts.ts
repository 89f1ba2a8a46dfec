import { DIFFERENCE_KINDS, type DifferenceGroup } from './differences.js';
import type { Verdict, VerificationProgress } from './verdict.js';

/**
 * Verifying can be shared out among so many threads: each folds the whole log, and compares the read models of its part
 * with it. Models that are compared with each other, or with what the log alone has to hold to, are of the first part.
 */
export const PARTS = 2;
const OF_SECOND: ReadonlySet<string> = new Set(['association-totals', 'fund-statement', 'registry']);

/** Whether a read model is of a part; without parts all of them are verified at once. */
export function isOfPart(projection: string, part: number | undefined): boolean {
  return part === undefined || part === (OF_SECOND.has(projection) ? 1 : 0);
}

/** What all parts together found. */
export function joinedVerdict(parts: readonly [Verdict, ...Verdict[]]): Verdict {
  const [first] = parts;
  // A part may have begun a moment later, when the log and the read models had gone on.
  const furthest = parts.reduce((most, part) => ((part.until ?? -1n) > (most.until ?? -1n) ? part : most));
  const groups = parts.flatMap((part) => part.groups);
  const log = joinedLog(groups.filter(({ kind }) => kind === 'log'));
  const all = [...groups.filter(({ kind }) => kind !== 'log'), ...(log ? [log] : [])];
  const sum = (of: (part: Verdict) => number): number => parts.reduce((added, part) => added + of(part), 0);
  return {
    logId: first.logId, events: furthest.events, until: furthest.until, beyond: furthest.beyond,
    groups: all.sort((a, b) => DIFFERENCE_KINDS.indexOf(a.kind) - DIFFERENCE_KINDS.indexOf(b.kind)),
    count: all.reduce((added, { count }) => added + count, 0), rows: sum(({ rows }) => rows), tables: sum(({ tables }) => tables),
    presentOnly: parts.flatMap(({ presentOnly }) => presentOnly),
    models: parts.flatMap(({ models }) => models).sort((a, b) => (a.name < b.name ? -1 : 1)),
    codes: furthest.codes,
  };
}

/** Each part may come upon the same fault of the log. */
function joinedLog([first, ...others]: readonly DifferenceGroup[]): DifferenceGroup | undefined {
  if (!first) return undefined;
  const nameOf = ({ sentence, event }: DifferenceGroup['differences'][number]): string => `${event?.position} ${sentence}`;
  const known = new Set(first.differences.map(nameOf));
  const more = others.flatMap(({ differences }) => differences).filter((difference) => !known.has(nameOf(difference)));
  const differences = [...first.differences, ...more];
  return { ...first, count: Math.max(first.count, ...others.map(({ count }) => count), differences.length), differences };
}

/** How far all parts together have come: the log is folded when the last one has folded it. */
export class JoinedProgress {
  private readonly latest = new Map<number, VerificationProgress>();

  constructor(private readonly onProgress: (progress: VerificationProgress) => void) {}

  tell(part: number, progress: VerificationProgress): void {
    this.latest.set(part, progress);
    const all = [...this.latest.values()];
    const folding = all.filter(({ phase }) => phase === 'log');
    if (folding.length > 0) return this.onProgress(folding.reduce((least, one) => (one.done < least.done ? one : least)));
    this.onProgress({ phase: 'rows', done: all.reduce((sum, { done }) => sum + done, 0), total: all.reduce((sum, { total }) => sum + total, 0) });
  }
}
