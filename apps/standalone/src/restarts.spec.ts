import { Restarts } from './restarts.js';

function watched(): { restarts: Restarts; told: string[]; givenUp: Promise<string> } {
  const told: string[] = [];
  let giveUp: (why: string) => void = () => undefined;
  const givenUp = new Promise<string>((resolve) => (giveUp = resolve));
  return { told, givenUp, restarts: new Restarts('part', { onRestart: (_, why) => told.push(why), onGivenUp: (_, why) => giveUp(why) }) };
}

it('gives up on a part that cannot be started', async () => {
  const { restarts, told, givenUp } = watched();
  restarts.after('SIGKILL', () => Promise.reject(new Error('no disk')));
  expect(await givenUp).toBe('no disk');
  expect(told).toEqual(['SIGKILL', ...Array.from({ length: 5 }, () => 'no disk')]);
});

it('goes on with one that serves each time, however often it is killed', async () => {
  const { restarts, told } = watched();
  for (let falls = 0; falls < 12; falls += 1) {
    const started = new Promise<void>((resolve) => restarts.after('SIGKILL', () => Promise.resolve(resolve())));
    if (falls < 2) await started;
  }
  expect(told).toHaveLength(12);
});
