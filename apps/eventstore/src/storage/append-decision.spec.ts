import fc from 'fast-check';
import { decideAppend, type StreamFacts } from './append-decision.js';

const id = (n: number): Buffer => Buffer.alloc(16, n);
const events = (...numbers: number[]): { id: Buffer }[] => numbers.map((n) => ({ id: id(n) }));

/** A stream holding events 0, 1, 2 …, of which those from `remembered` on are in the bounded memory. */
function stream(length: number, more: Partial<StreamFacts> = {}, remembered = 0): StreamFacts {
  return {
    tombstoned: false,
    softDeleted: false,
    hasMetadata: false,
    lastRevision: length - 1,
    rememberedRevision: (asked) => ((asked[0] ?? 99) < length && (asked[0] ?? 0) >= remembered ? asked[0] : undefined),
    carriesId: (revision, asked) => asked.equals(id(revision)),
    ...more,
  };
}

const WRITE = { kind: 'write', undelete: false };
const UNDELETE = { kind: 'write', undelete: true };
const DELETED = { kind: 'stream_deleted' };
const wrong = (current: number | 'no_stream'): object => ({ kind: 'wrong_expected_version', current });
const already = (lastRevision: number): object => ({ kind: 'already_written', lastRevision });

describe('what an append may do', () => {
  it('is nothing on a tombstoned stream, whatever is expected', () => {
    for (const expected of ['any', 'stream_exists', 'no_stream', 0, 2] as const) {
      expect(decideAppend(expected, events(9), stream(3, { tombstoned: true }))).toEqual(DELETED);
    }
  });

  it('with a revision: writes at the end, never beyond it', () => {
    expect(decideAppend(2, events(9), stream(3))).toEqual(WRITE);
    expect(decideAppend('no_stream', events(9), stream(0))).toEqual(WRITE);
    expect(decideAppend(3, events(9), stream(3))).toEqual(wrong(2));
    expect(decideAppend(0, events(9), stream(0))).toEqual(wrong('no_stream'));
  });

  it('with an earlier revision: is already done when the same ids follow it, wrong when any differs', () => {
    expect(decideAppend('no_stream', events(0, 1), stream(5))).toEqual(already(1));
    expect(decideAppend(1, events(2, 3, 4), stream(5))).toEqual(already(4));
    expect(decideAppend(1, events(3), stream(5))).toEqual(wrong(4));
    expect(decideAppend(1, events(2, 9), stream(5))).toEqual(wrong(4));
    expect(decideAppend(3, events(4, 5), stream(5))).toEqual(wrong(4));
    expect(decideAppend(1, [], stream(5))).toEqual(wrong(4));
  });

  it('with an earlier revision: compares stored ids, also those no longer remembered', () => {
    expect(decideAppend(0, events(1, 2), stream(5, {}, 5))).toEqual(already(2));
  });

  it('with any: is already done when all ids are remembered, a conflict when only the first ones are', () => {
    expect(decideAppend('any', events(1, 2), stream(5))).toEqual(already(2));
    expect(decideAppend('any', events(9), stream(5))).toEqual(WRITE);
    expect(decideAppend('any', events(9, 1), stream(5))).toEqual(WRITE);
    expect(decideAppend('any', events(1, 9), stream(5))).toEqual(wrong(4));
    expect(decideAppend('any', events(1), stream(5, {}, 2))).toEqual(WRITE);
    expect(decideAppend('any', [], stream(5))).toEqual(WRITE);
  });

  it('with stream_exists: needs an event or metadata, and a stream that is not soft-deleted', () => {
    expect(decideAppend('stream_exists', events(9), stream(1))).toEqual(WRITE);
    expect(decideAppend('stream_exists', events(9), stream(0))).toEqual(wrong('no_stream'));
    expect(decideAppend('stream_exists', events(9), stream(0, { hasMetadata: true }))).toEqual(WRITE);
    expect(decideAppend('stream_exists', events(9), stream(3, { softDeleted: true, hasMetadata: true }))).toEqual(DELETED);
    expect(decideAppend('stream_exists', events(0, 1), stream(3))).toEqual(already(1));
  });

  it('on a soft-deleted stream: opens it again by any, no_stream and the last revision', () => {
    const deleted = stream(3, { softDeleted: true, hasMetadata: true });
    expect(decideAppend('any', events(9), deleted)).toEqual(UNDELETE);
    expect(decideAppend('no_stream', events(9), deleted)).toEqual(UNDELETE);
    expect(decideAppend(2, events(9), deleted)).toEqual(UNDELETE);
    expect(decideAppend(1, events(9), deleted)).toEqual(wrong(2));
    expect(decideAppend('no_stream', events(0), deleted)).toEqual(already(0));
  });

  it('property: repeating any accepted append at its revision is already done, and nothing else is written twice', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(8), fc.array(fc.nat(8), { minLength: 1, maxLength: 4 }), (length, from, ids) => {
        const expected = from === 0 ? 'no_stream' : from - 1;
        const decision = decideAppend(expected, events(...ids), stream(length));
        const follows = ids.every((n, at) => n === from + at && n < length);
        if (from === length) return decision.kind === 'write';
        return decision.kind === (follows ? 'already_written' : 'wrong_expected_version');
      }),
    );
  });
});
