import { MicroBatcher } from './micro-batcher.js';

describe('MicroBatcher', () => {
  it('takes everything that waits into the next round trip, bounded, and answers in order', async () => {
    const batches: number[][] = [];
    const batcher = new MicroBatcher<number, string>(async (items) => {
      batches.push([...items]);
      await new Promise((resolve) => setImmediate(resolve));
      return items.map(String);
    }, 4);
    const first = batcher.add(0);
    const answers = await Promise.all([first, ...[1, 2, 3, 4, 5, 6].map((item) => batcher.add(item))]);
    expect(answers).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(batches).toEqual([[0, 1, 2, 3], [4, 5, 6]]);
  });

  it('fails a whole batch with its error and goes on with the next', async () => {
    let calls = 0;
    const batcher = new MicroBatcher<number, number>(async (items) => {
      calls += 1;
      if (calls === 1) throw new Error('away');
      return items;
    }, 1);
    const [failed, done] = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(failed).toMatchObject({ status: 'rejected', reason: new Error('away') });
    expect(done).toEqual({ status: 'fulfilled', value: 2 });
    await batcher.idle();
  });
});

it('lets a batch gather until it is full or somebody wants to be done', async () => {
  const batches: number[][] = [];
  const batcher = new MicroBatcher<number, number>(async (items) => {
    batches.push([...items]);
    return items;
  }, 3, 3_600_000);
  const first = [1, 2, 3, 4].map((item) => batcher.add(item));
  await first[2];
  expect(batches).toEqual([[1, 2, 3]]);
  await batcher.idle();
  await first[3];
  expect(batches).toEqual([[1, 2, 3], [4]]);
});
