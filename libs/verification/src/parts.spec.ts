import type { Difference } from './differences.js';
import { JoinedProgress, isOfPart, joinedVerdict } from './parts.js';
import { PROJECTIONS } from './tables.js';
import type { Verdict, VerificationProgress } from './verdict.js';

const verdictOf = (rest: Partial<Verdict>): Verdict => ({
  groups: [], count: (rest.groups ?? []).reduce((sum, { count }) => sum + count, 0), events: 10, until: 100n, logId: 'log', rows: 5, tables: 2, presentOnly: [], beyond: 0, models: [], codes: new Map(), ...rest,
});
const group = (kind: Difference['kind'], projection: string, ...sentences: string[]) => ({
  kind, projection, table: undefined, count: sentences.length, differences: sentences.map((sentence) => ({ kind, projection, sentence })),
});

it('has every read model in exactly one part', () => {
  expect(PROJECTIONS.map((name) => [0, 1].filter((part) => isOfPart(name, part)).length)).toEqual(PROJECTIONS.map(() => 1));
  expect(['journal', 'fund-balances', 'one nobody knows'].map((name) => isOfPart(name, 0))).toEqual([true, true, true]);
});

it('joins what the parts found, faults of the log once and first', () => {
  const joined = joinedVerdict([
    verdictOf({ groups: [group('log', '', 'a', 'b'), group('invariant', 'journal', 'c')], models: [{ name: 'journal', position: 100n, isWhole: true }] }),
    verdictOf({ groups: [group('log', '', 'b', 'd'), group('table', 'registry', 'e')], models: [{ name: 'association-totals', position: 120n, isWhole: true }], until: 120n, events: 12, beyond: 3 }),
  ]);
  expect(joined.groups.map(({ kind, differences }) => [kind, ...differences.map(({ sentence }) => sentence)])).toEqual([['log', 'a', 'b', 'd'], ['table', 'e'], ['invariant', 'c']]);
  expect(joined).toMatchObject({ count: 5, events: 12, until: 120n, beyond: 3, rows: 10, tables: 4 });
  expect(joined.models.map(({ name }) => name)).toEqual(['association-totals', 'journal']);
});

it('has folded the log when every part has', () => {
  const told: VerificationProgress[] = [];
  const progress = new JoinedProgress((one) => told.push(one));
  progress.tell(0, { phase: 'log', done: 5, total: 9 });
  progress.tell(1, { phase: 'log', done: 4, total: 9 });
  progress.tell(0, { phase: 'rows', done: 1, total: 2 });
  progress.tell(1, { phase: 'rows', done: 3, total: 4 });
  expect(told.map(({ phase, done, total }) => `${phase} ${done}/${total}`)).toEqual(['log 5/9', 'log 4/9', 'log 4/9', 'rows 4/6']);
});
