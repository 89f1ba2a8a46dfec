import { found, donation, payment, TREE } from './support/founding.js';
import { contradictions, readLog } from './support/ledger-log.js';
import { attempt, persist, receiptOf, type Attempt, type Order } from './support/steady-client.js';
import { ACTOR, ProcessHouse, TOKEN, until } from './support/process-house.js';
import type { PartProcess } from './support/part-process.js';
import { foundByVerifying } from './support/verdict.js';

jest.setTimeout(60_000);

let house: ProcessHouse;
let api: PartProcess;
beforeAll(async () => {
  house = await ProcessHouse.open();
  await house.start('projector', { postgresByProxy: true });
  api = await house.start('api', { storeByProxy: true, postgresByProxy: true });
  await found(() => api.url, TOKEN, ['A', 'B', 'C'], '1000');
});
afterAll(() => house.close());

const BOUND_MS = 2_000;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** The answers to so many commands, one after the other, over several funds: each is "not now", with when to come back. */
async function refusedFor(orders: readonly Order[], codes: readonly string[]): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const one of orders) {
    const answer = await attempt(api.url, one, TOKEN);
    expect([answer.status, answer.retryAfter]).toEqual([503, '1']);
    expect(codes).toContain(answer.code);
    attempts.push(answer);
  }
  // Of all of them the middle one: a machine that stands still for a moment tells nothing about the bound.
  expect(median(attempts.map(({ milliseconds }) => milliseconds))).toBeLessThan(BOUND_MS);
  return attempts;
}

/** What is long cut off where Postgres is silent: well before a query's own time is over, which is 10 s. */
const QUERY_BOUND_MS = 5_000;

/** Queries that come all at once, as from a dashboard: each is told to come back. */
async function putOff(paths: readonly string[]): Promise<void> {
  const answers = await Promise.all(paths.map((path) => fetch(`${api.url}/funds/${TREE}:A${path}`, { signal: AbortSignal.timeout(QUERY_BOUND_MS) })));
  for (const answer of answers) {
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('content-type')]).toEqual([503, '1', expect.stringContaining('application/problem+json')]);
    expect(await answer.json()).toMatchObject({ code: 'database_unavailable' });
  }
}

interface Balance { readonly status: number; readonly asOfPosition: string | undefined; readonly asOfTime: string; readonly bank: bigint; readonly header: string | null }
async function balance(fund: string, of = api): Promise<Balance> {
  const answer = await fetch(`${of.url}/funds/${TREE}:${fund}/balance`);
  const { asOfPosition, asOfTime, figures } = (await answer.json()) as { asOfPosition?: string; asOfTime: string; figures?: { bank: string } };
  return { status: answer.status, asOfPosition, asOfTime, bank: BigInt(figures?.bank ?? 0), header: answer.headers.get('soquy-position') };
}

/** Before anything where there is none: the fund is not shown yet. */
const placeOf = (position: string | undefined): bigint => BigInt(position?.split('-')[1] ?? -1);

interface Health { readonly ready: boolean; readonly eventStore: { readonly ok: boolean }; readonly postgres: { readonly ok: boolean } }
const health = async (): Promise<Health> => (await (await fetch(`${api.url}/health/ready`)).json()) as Health;

/** What was refused before is sent again, with its key: booked now, once, and shown. */
async function bookedOnce(orders: readonly Order[]): Promise<void> {
  const answered = await Promise.all(orders.map((one) => persist(() => api.url, one, TOKEN)));
  expect(answered.map(({ last }) => last.status)).toEqual(orders.map(() => 201));
  expect(contradictions(await readLog(house.servers.eventstoreUrl), answered, ACTOR)).toEqual([]);
}

const donations = (amount: bigint): Order[] => ['A', 'B', 'C'].map((fund) => donation(fund, amount));

describe('while the event store is away', () => {
  it.each([
    ['stopped', () => house.store.kill(), () => house.store.start(), ['store_unavailable', 'outcome_unknown']],
    ['frozen', () => Promise.resolve(house.store.freeze()), () => Promise.resolve(house.store.thaw()), ['store_unavailable', 'outcome_unknown']],
    ['silent half-way: what was sent is not answered', () => Promise.resolve(house.storeProxy.swallow('answers')), () => Promise.resolve(house.storeProxy.heal()), ['store_unavailable', 'outcome_unknown']],
  ])('%s, commands are told so in time, queries answer with their age, and all goes on by itself', async (_way, leave, comeBack, codes) => {
    const { position } = receiptOf(await persist(() => api.url, donation('A', 1n), TOKEN));
    await until(async () => placeOf((await balance('A')).asOfPosition) >= placeOf(position));
    await leave();
    const orders = donations(7n);
    try {
      await refusedFor(orders, codes);
      const { status, asOfPosition, asOfTime, header } = await balance('A');
      expect([status, header]).toEqual([200, asOfPosition]);
      expect(placeOf(asOfPosition)).toBeGreaterThanOrEqual(placeOf(position));
      expect(Date.parse(asOfTime)).toBeLessThanOrEqual(Date.now());
      const ready = await health();
      expect([ready.ready, ready.eventStore.ok, ready.postgres.ok]).toEqual([false, false, true]);
    } finally {
      await comeBack();
    }
    await bookedOnce(orders);
    await until(async () => (await health()).ready);
  });
});

describe('while Postgres is away', () => {
  it.each([
    ['gone', () => { house.postgresProxy.swallow('everything'); house.postgresProxy.cut(); }],
    ['silent', () => house.postgresProxy.swallow('everything')],
  ])('%s, commands are told that nothing was recorded, queries to come back, a trial run goes on, and all goes on by itself', async (_way, leave) => {
    const orders = donations(9n);
    const before = (await readLog(house.servers.eventstoreUrl)).length;
    leave();
    try {
      await refusedFor(orders, ['claims_unavailable']);
      await putOff(['/balance', '/statement', '/standing', '/daily-balances', '/trial-balance', '']);
      expect((await readLog(house.servers.eventstoreUrl)).length).toBe(before);
      const trial = await attempt(api.url, { ...payment('A', 1n), path: `/funds/${TREE}:A/disbursements?dryRun=true` }, TOKEN);
      expect([trial.status, (JSON.parse(trial.text) as { wouldBeAccepted?: boolean }).wouldBeAccepted]).toEqual([200, true]);
      const ready = await health();
      expect([ready.ready, ready.eventStore.ok, ready.postgres.ok]).toEqual([false, true, false]);
    } finally {
      house.postgresProxy.heal();
    }
    await bookedOnce(orders);
    await until(async () => (await health()).ready);
    expect(await foundByVerifying(house.servers, house.keys)).toBe('');
  });
});
