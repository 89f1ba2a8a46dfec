import fc from 'fast-check';
import type { StoredRecord } from '../storage/index.js';
import { TailRing } from './tail-ring.js';

/** As much of a record as a ring looks at. */
function record(position: number, bytes: number): StoredRecord {
  const frame = Buffer.alloc(bytes, position & 0xff);
  return {
    position, revision: 0, isTombstone: false, stream: 's', type: 't', contentType: 'application/json', createdTicks: 0n, frame,
    data: () => frame, customMetadata: () => frame, id: () => frame,
  };
}

it('gives every reader everything behind its place exactly once, or says that it cannot', () => {
  const step = fc.record({ gap: fc.integer({ min: 1, max: 50 }), bytes: fc.integer({ min: 1, max: 400 }), reads: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 500 }), (steps, maxBytes, chunkBytes) => {
      const ring = new TailRing((one) => one.position, 100, maxBytes, chunkBytes);
      const pushed: number[] = [];
      let position = 100;
      let next = 101;
      const taken: number[] = [];
      for (const { gap, bytes, reads } of steps) {
        position += gap;
        pushed.push(position);
        ring.push(record(position, bytes));
        if (!reads) continue;
        if (!ring.covers(next)) {
          // What was dropped has to come from the log: skip to where the ring begins.
          taken.push(...pushed.filter((one) => one >= next && one <= ring.missesThrough));
          next = ring.missesThrough + 1;
        }
        for (let chunk = ring.from(next); chunk !== undefined; chunk = ring.from(next)) {
          taken.push(...chunk.records.map((one) => one.position));
          expect(chunk.joined().length).toBe(chunk.records.reduce((sum, one) => sum + one.frame.length, 0));
          next = chunk.next;
        }
      }
      expect(taken).toEqual(pushed.filter((one) => one < next));
    }),
  );
});

it('makes the bytes of a place once for all who stand there', () => {
  const ring = new TailRing((one) => one.position, 0, 10_000, 10_000);
  ring.push(record(1, 10));
  ring.push(record(2, 10));
  expect(ring.from(1)!.joined()).toBe(ring.from(1)!.joined());
  const before = ring.from(1)!;
  ring.push(record(3, 10));
  expect(before.records).toHaveLength(2);
  expect(ring.from(1)!.records).toHaveLength(3);
});
