import type { RowSubmission } from '../submission.js';
import { JoinedSubmissions, MadeSubmissions } from './submissions.js';

const made = (line: number): RowSubmission => ({ commandId: String(line), command: { type: 'MakePledge' } as RowSubmission['command'], row: { file: 'pledges', line } });
const lines = (rows: Iterable<RowSubmission>): number[] => [...rows].map(({ row }) => row.line);

it('are the same however often they are asked for, and of a long list none is kept', () => {
  const [short, long] = [new MadeSubmissions(3, made), new MadeSubmissions(1_000_000, made)];
  expect(short.at(2)).toBe(short.at(2));
  expect(long.at(2)).not.toBe(long.at(2));
  expect(long.at(2)).toEqual(short.at(2));
  expect(lines(short)).toEqual([0, 1, 2]);
});

it('joined, come one list after the other', () => {
  const joined = new JoinedSubmissions([MadeSubmissions.ofRows([5, 6], made), new MadeSubmissions(0, made), MadeSubmissions.ofRows([7], made)]);
  expect([joined.length, lines(joined), joined.at(2).row.line]).toEqual([3, [5, 6, 7], 7]);
  expect(() => joined.at(3)).toThrow(RangeError);
});
