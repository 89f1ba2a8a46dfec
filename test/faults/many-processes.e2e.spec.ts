import { fundIdOf } from '@ledger/fund-ledger';
import { donation, found, payment, TREE } from './support/founding.js';
import { bankOf, contradictions, readLog } from './support/ledger-log.js';
import { ACTOR, ProcessHouse, TOKEN, until } from './support/process-house.js';
import type { PartProcess } from './support/part-process.js';
import { persist, type Answered } from './support/steady-client.js';
import { foundByVerifying } from './support/verdict.js';

const FULL = process.env['SOQUY_FULL'] === '1';
const APIS = FULL ? 10 : 4;
const PAYMENTS = 200;
const LANES = 2 * APIS;

jest.setTimeout(300_000);

let house: ProcessHouse;
let apis: PartProcess[];
beforeAll(async () => {
  house = await ProcessHouse.open();
  // One first: it makes the tables.
  apis = [await house.start('api')];
  apis.push(...(await Promise.all(Array.from({ length: APIS - 1 }, () => house.start('api')))));
  await found(() => apis[0]!.url, TOKEN, ['HOT'], '1000');
});
afterAll(() => house.close());

const by = (at: number) => (): string => apis[at % APIS]!.url;
const statuses = (answered: readonly Answered[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { last } of answered) counts[`${last.status} ${last.code ?? ''}`.trim()] = (counts[`${last.status} ${last.code ?? ''}`.trim()] ?? 0) + 1;
  return counts;
};

it(`${APIS} apis on one fund pay out what is there and not one đồng more, and refuse nothing that is covered`, async () => {
  const payments = await Promise.all(Array.from({ length: PAYMENTS }, (_, at) => persist(by(at), payment('HOT', 10n), TOKEN)));
  expect(statuses(payments)).toEqual({ '201': 100, '422 account_would_be_overdrawn': PAYMENTS - 100 });
  // Each lane pays what it has brought itself, each time through another process: none of these may be refused.
  const covered = await Promise.all(Array.from({ length: LANES }, async (_, lane) => {
    const answered: Answered[] = [];
    for (let round = 0; round < 5; round += 1) {
      answered.push(await persist(by(lane + round), donation('HOT', 7n), TOKEN));
      answered.push(await persist(by(lane + round + 1), payment('HOT', 7n), TOKEN));
    }
    return answered;
  }));
  expect(statuses(covered.flat())).toEqual({ '201': LANES * 10 });
  const log = await readLog(house.servers.eventstoreUrl);
  expect(contradictions(log, [...payments, ...covered.flat()], ACTOR)).toEqual([]);
  expect(bankOf(log, `fundBook-${fundIdOf(TREE, 'HOT')}`)).toBe(0n);
});

interface Readiness { readonly ready: boolean; readonly projections: Record<string, { readonly why?: string; readonly position?: string }> }
const readiness = async (): Promise<Readiness> => (await (await fetch(`${apis[0]!.url}/health/ready`)).json()) as Readiness;

it('a frozen projector keeps its locks, readiness says so, and another takes over once it is killed', async () => {
  const first = await house.start('projector');
  await until(async () => (await readiness()).ready);
  const second = await house.start('projector');
  first.child.kill('SIGSTOP');
  // Its silence is noticed after 15 s.
  if (FULL) {
    await until(async () => !(await readiness()).ready);
    expect(new Set(Object.values((await readiness()).projections).map(({ why }) => why))).toEqual(new Set(['no projector is writing it']));
  }
  const { last } = await persist(by(0), donation('HOT', 3n), TOKEN);
  expect(last.status).toBe(201);
  await first.end('SIGKILL');
  expect(await foundByVerifying(house.servers, house.keys)).toBe('');
  await until(async () => (await readiness()).ready);
  expect(await second.end('SIGTERM')).toBe(0);
});
