import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayInVietnam } from '@ledger/kernel';
import { donation, found } from './support/founding.js';
import { contradictions, readLog } from './support/ledger-log.js';
import type { PartProcess } from './support/part-process.js';
import { ACTOR, ProcessHouse, TOKEN } from './support/process-house.js';
import { attempt, persist, type Answered, type Order } from './support/steady-client.js';

jest.setTimeout(120_000);

const CLOCK = join(process.cwd(), 'test/faults/support/jumping-clock.mjs');
const HOUR_MS = 3_600_000;

let house: ProcessHouse;
let folder: string;
let clocks: string[];
let apis: PartProcess[];

const jump = (api: number, milliseconds: number): void => writeFileSync(clocks[api]!, String(milliseconds));
/** Sets the clock to an instant; it goes on from there. */
const set = (api: number, instant: string): void => jump(api, Date.parse(instant) - Date.now());
const dated = (day: string): Order => ({ ...donation('F', 5n), body: { ...donation('F', 5n).body, effectiveOn: day } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'soquy-clocks-'));
  clocks = ['first', 'second'].map((name) => join(folder, name));
  jump(0, 0);
  jump(1, 0);
  house = await ProcessHouse.open();
  apis = [];
  for (const clock of clocks) apis.push(await house.start('api', { imports: [CLOCK], env: { JUMPING_CLOCK: clock }, storeByProxy: true }));
  await found(() => apis[0]!.url, TOKEN, ['F']);
});
afterAll(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

it('no event is recorded before its predecessor, however the clocks of two processes jump', async () => {
  const answered: Answered[] = [];
  for (const [first, second] of [[0, 0], [-24, 1], [3, -5], [-1, 0], [24, -24]] as const) {
    jump(0, first * HOUR_MS);
    jump(1, second * HOUR_MS);
    // Longer than it takes the processes to look at their clocks again.
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let at = 0; at < 6; at += 1) answered.push(await persist(() => apis[at % 2]!.url, donation('F', 1n), TOKEN));
  }
  expect(answered.map(({ last }) => last.status)).toEqual(answered.map(() => 201));
  expect(contradictions(await readLog(house.servers.eventstoreUrl), answered, ACTOR)).toEqual([]);
});

it('a day begins in Vietnam at 17:00 UTC, and nothing is dated after today', async () => {
  const told = async (day: string): Promise<unknown[]> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { last } = await persist(() => apis[0]!.url, dated(day), TOKEN);
    return [last.status, last.code];
  };
  set(0, '2026-03-10T16:58:00.000Z');
  expect([await told('2026-03-10'), await told('2026-03-11')]).toEqual([[201, undefined], [422, 'date_is_after_today']]);
  set(0, '2026-03-10T17:00:00.000Z');
  expect([await told('2026-03-11'), await told('2026-03-12')]).toEqual([[201, undefined], [422, 'date_is_after_today']]);
  jump(0, 0);
  expect(await told(dayInVietnam(new Date()))).toEqual([201, undefined]);
});

it('a command under way is answered in time though the clock is set back by a day meanwhile', async () => {
  await persist(() => apis[1]!.url, donation('F', 1n), TOKEN);
  house.storeProxy.swallow('answers');
  const order = donation('F', 2n);
  const waiting = attempt(apis[1]!.url, order, TOKEN);
  while (!house.storeProxy.hasSwallowed) await new Promise((resolve) => setTimeout(resolve, 5));
  jump(1, -24 * HOUR_MS);
  const { status, code } = await waiting;
  // Whichever it was, the append or a read before it, that was not answered.
  expect([status, ['outcome_unknown', 'store_unavailable'].includes(code ?? '')]).toEqual([503, true]);
  house.storeProxy.heal();
  const answered = await persist(() => apis[1]!.url, order, TOKEN);
  expect(answered.last.status).toBe(201);
  expect(contradictions(await readLog(house.servers.eventstoreUrl), [answered], ACTOR)).toEqual([]);
});
