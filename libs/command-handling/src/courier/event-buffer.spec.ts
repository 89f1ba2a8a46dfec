import { EventBuffer } from './event-buffer.js';

describe('EventBuffer', () => {
  it('makes the reader wait while it is full, and loses nothing', async () => {
    const buffer = new EventBuffer<number>(3);
    let pushed = 0;
    const reading = (async () => {
      for (let item = 0; item < 10; item += 1) {
        await buffer.push(item);
        pushed += 1;
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(pushed).toBe(3);
    const taken: number[] = [];
    while (taken.length < 10) taken.push(...(await buffer.take(2, 1_000)));
    await reading;
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('answers nothing when nothing comes in time', async () => {
    expect(await new EventBuffer<number>(1).take(5, 1)).toEqual([]);
  });

  it('passes the end on to the worker, and lets the reader go', async () => {
    const buffer = new EventBuffer<number>(1);
    await buffer.push(1);
    const stuck = buffer.push(2);
    buffer.end(new Error('away'));
    await stuck;
    await expect(buffer.take(1, 1_000)).rejects.toThrow('away');
  });
});
