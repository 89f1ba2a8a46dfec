import { HandMadeLog } from '../testing/src/index.js';
import { BATCH_LIMIT, EventQueue, QUEUE_LIMIT } from './event-queue.js';

describe('the queue of a build', () => {
  const log = new HandMadeLog();
  for (let n = 0; n < QUEUE_LIMIT + 10; n += 1) log.add('counter-a', n % 2 === 0 ? 'Counted' : 'Other', {});
  const events = (from: number, to: number): typeof log.events => log.events.slice(from, to);

  it('keeps only what is handled, and every position', () => {
    const queue = new EventQueue(['Counted'], undefined, 0n);
    expect(queue.next()).toBeUndefined();
    for (const event of events(0, 4)) queue.offer(event);
    expect(queue.next()).toMatchObject({ after: undefined, through: 400n, eventsThrough: 4n, events: [{ position: 100n }, { position: 300n }] });
  });

  it('gives stretches of at most the limit, each from where the last one ended', () => {
    const queue = new EventQueue(['Counted', 'Other'], undefined, 0n);
    for (const event of events(0, 2_500)) queue.offer(event);
    const lengths: number[] = [];
    let after: bigint | undefined;
    for (let stretch = queue.next(); stretch; stretch = queue.next()) {
      expect(stretch.after).toBe(after);
      expect(stretch.eventsThrough * 100n).toBe(stretch.through);
      after = stretch.through;
      lengths.push(stretch.events.length);
      queue.drop(stretch);
    }
    expect(lengths).toEqual([BATCH_LIMIT, BATCH_LIMIT, 500]);
    expect(queue.hasAnything).toBe(false);
  });

  it('drops what it was handed before, and moves on with positions that hold no event', () => {
    const queue = new EventQueue(['Counted'], 200n, 2n);
    for (const event of events(0, 3)) queue.offer(event);
    queue.offerPosition(150n);
    queue.offerPosition(333n);
    expect(queue.next()).toMatchObject({ after: 200n, through: 333n, eventsThrough: 3n, events: [{ position: 300n }] });
    queue.drop(queue.next()!);
    queue.offerPosition(999n);
    expect(queue.next()).toMatchObject({ after: 333n, through: 999n, events: [] });
  });

  it('says when it is full', () => {
    const queue = new EventQueue(['Counted', 'Other'], undefined, 0n);
    for (const event of events(0, QUEUE_LIMIT - 1)) queue.offer(event);
    expect(queue.isFull).toBe(false);
    queue.offer(log.events[QUEUE_LIMIT - 1]!);
    expect(queue.isFull).toBe(true);
    queue.drop(queue.next()!);
    expect(queue.isFull).toBe(false);
  });
});
