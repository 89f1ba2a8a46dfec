import fc from 'fast-check';
import { PositionList } from './position-list.js';
import { RecentIds } from './recent-ids.js';
import { RevisionBlocks } from './revision-blocks.js';

function idOf(n: number): Buffer {
  const id = Buffer.alloc(16);
  id.writeUInt32LE(n, 4);
  return id;
}

describe('the position list', () => {
  it('finds the first event at or after any position', () => {
    const list = new PositionList();
    for (let n = 0; n < 70_000; n++) list.push(64 + n * 10);
    expect(list.length).toBe(70_000);
    for (const event of [0, 1, 65_535, 65_536, 69_999]) {
      expect(list.at(event)).toBe(64 + event * 10);
      expect(list.firstAtOrAfter(64 + event * 10, 70_000)).toBe(event);
      expect(list.firstAtOrAfter(64 + event * 10 + 1, 70_000)).toBe(event + 1);
    }
    expect(list.firstAtOrAfter(0, 70_000)).toBe(0);
    expect(list.firstAtOrAfter(Infinity, 500)).toBe(500);
  });
});

describe('the revision blocks', () => {
  it('give the event of every revision, for a stream of any length', () => {
    const blocks = new RevisionBlocks();
    for (let n = 0; n < 20_000; n++) blocks.push(7, n * 3);
    for (let n = 0; n < 20_000; n++) {
      if (blocks.eventNumber(7, n) !== n * 3 || blocks.revisionOf(7, n * 3) !== n) throw new Error(`revision ${n} is lost`);
    }
    expect(blocks.count(7)).toBe(20_000);
    expect(blocks.count(8)).toBe(0);
  });

  it('property: keep many streams apart', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { minLength: 1, maxLength: 3_000 }), (streams) => {
        const blocks = new RevisionBlocks();
        const model = new Map<number, number[]>();
        for (const [event, stream] of streams.entries()) {
          blocks.push(stream, event);
          model.set(stream, [...(model.get(stream) ?? []), event]);
        }
        for (const [stream, events] of model) {
          expect(events.map((_, revision) => blocks.eventNumber(stream, revision))).toEqual(events);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('cost a million streams of one event no more than 32 bytes each', () => {
    const blocks = new RevisionBlocks();
    for (let n = 0; n < 1_000_000; n++) blocks.push(n, n);
    expect(blocks.eventNumber(999_999, 0)).toBe(999_999);
    expect(blocks.bytes).toBeLessThan(32_000_000);
  });
});

describe('the remembered ids', () => {
  it('are those of the last events, however many came before', () => {
    const recent = new RecentIds(256, 1_000);
    for (let n = 1_000; n < 101_000; n++) recent.add(n % 7, idOf(n), 0);
    for (let n = 101_000 - 256; n < 101_000; n++) {
      expect(recent.find(n % 7, idOf(n))).toBe(n);
      expect(recent.has(n) && recent.carries(n, idOf(n))).toBe(true);
      expect(recent.find((n + 1) % 7, idOf(n))).toBeUndefined();
    }
    expect(recent.find((100_743) % 7, idOf(100_743))).toBeUndefined();
    expect(recent.has(100_743)).toBe(false);
  });

  it('of a repeated id give the newest event', () => {
    const recent = new RecentIds(8, 0);
    recent.add(1, idOf(5), 0);
    recent.add(2, idOf(5), 0);
    recent.add(1, idOf(5), 0);
    expect(recent.find(1, idOf(5))).toBe(2);
    expect(recent.find(2, idOf(5))).toBe(1);
  });
});
