import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { LedgerHouse } from '../../libs/command-handling/testing/src/index.js';
import { TcpProxy } from '../../libs/event-store/testing/tcp-proxy.js';
import { ApiProcess, PROCESS_TOKEN } from './testing/api-process.js';
import { ask, post, type Answer } from './testing/client.js';
import { donation, foundTree, openFund, payment, retried } from './testing/story.js';

const token = { authorization: `Bearer ${PROCESS_TOKEN}` };

jest.setTimeout(180_000);

let house: LedgerHouse;
let postgres: TcpProxy;
let secrets: string;
const running: ApiProcess[] = [];

async function startApi(env: Readonly<Record<string, string>> = {}): Promise<ApiProcess> {
  const api = await ApiProcess.start({
    SOQUY_PG_URL: house.databaseUrl, SOQUY_EVENTSTORE_URL: house.storeUrl, SOQUY_MASTER_KEY_FILE: join(secrets, 'master.key'), SOQUY_HASH_SECRET_FILE: join(secrets, 'hash.key'), ...env,
  });
  running.push(api);
  return api;
}

const command = (api: ApiProcess, path: string, body: object, key: string = randomUUID()): Promise<Answer> => post(`${api.url}${path}`, body, { ...token, 'idempotency-key': key });
const told = ({ status, body }: Answer): unknown[] => [status, body?.code];

beforeAll(async () => {
  house = await LedgerHouse.open();
  secrets = mkdtempSync(join(tmpdir(), 'soquy-secrets-'));
  postgres = await TcpProxy.to(Number(new URL(house.databaseUrl).port));
});
afterAll(async () => {
  await Promise.all(running.map((api) => api.end('SIGKILL')));
  await postgres.close();
  await house.close();
  rmSync(secrets, { recursive: true, force: true });
});

it('says what is wrong with its settings and ends', async () => {
  await expect(ApiProcess.start({ SOQUY_PG_URL: '', SOQUY_EVENTSTORE_URL: '' })).rejects.toThrow(/exit 2: .*SOQUY_PG_URL/);
  await expect(ApiProcess.start({ SOQUY_PORT: '70000' })).rejects.toThrow(/exit 2: SOQUY_PORT/);
});

it('two processes on one store book a hot fund right: no lost update, no untrue refusal', async () => {
  const [first, second] = await Promise.all([startApi(), startApi()]);
  const founding = first as ApiProcess;
  await foundTree(founding.url, token);
  await openFund(founding.url, 'HOT', { opening: { cash: '0', bank: '300', goods: '0' } }, token);
  const answers = await Promise.all(Array.from({ length: 80 }, (_, at) => retried((key) => command(at % 2 ? first! : second!, '/funds/TT:HOT/disbursements', payment({ amount: '10' }), key))));
  const accepted = answers.filter(({ status }) => status === 201);
  expect(accepted).toHaveLength(30);
  expect(new Set(answers.filter(({ status }) => status !== 201).map((answer) => String(told(answer))))).toEqual(new Set(['422,account_would_be_overdrawn']));
  expect(accepted.map(({ body }) => body.voucher.number).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
});

it('tells before the projector has run that it is not ready, and which part is missing', async () => {
  const api = running[0]!;
  const answer = await ask(`${api.url}/health/ready`);
  expect([answer.status, answer.body.ready, answer.body.eventStore, answer.body.postgres]).toEqual([503, false, { ok: true }, expect.anything()]);
  expect(told(await ask(`${api.url}/funds`))).toEqual([503, 'database_unavailable']);
  expect((await ask(`${api.url}/health/live`)).status).toBe(200);
});

it('answers 503 while the event store is away, and goes on by itself', async () => {
  const api = running[0]!;
  await openFund(api.url, 'AWAY', {}, token);
  await house.stopStore();
  const key = randomUUID();
  const answer = await command(api, '/funds/TT:AWAY/donations', donation(), key);
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, expect.stringMatching(/^[1-9]/)]);
  expect(['store_unavailable', 'outcome_unknown']).toContain(answer.body.code);
  await house.startStore();
  const again = await retried(() => command(api, '/funds/TT:AWAY/donations', donation(), key));
  expect(again.status).toBe(201);
  const third = await command(api, '/funds/TT:AWAY/donations', donation(), key);
  expect(third.text).toBe(again.text);
});

it('answers 503 while Postgres is away, and goes on by itself', async () => {
  const api = await startApi({ SOQUY_PG_URL: postgres.leading(house.databaseUrl) });
  await openFund(api.url, 'NOPG', {}, token);
  postgres.swallow('everything');
  postgres.cut();
  const key = randomUUID();
  expect(told(await command(api, '/funds/TT:NOPG/donations', donation(), key))).toEqual([503, 'claims_unavailable']);
  expect(told(await ask(`${api.url}/funds`))).toEqual([503, 'database_unavailable']);
  const ready = await ask(`${api.url}/health/ready`);
  expect([ready.status, ready.body.postgres.ok]).toEqual([503, false]);
  postgres.heal();
  expect((await retried(() => command(api, '/funds/TT:NOPG/donations', donation(), key))).status).toBe(201);
});

it('finishes every request that it has accepted when it is asked to stop', async () => {
  const api = await startApi();
  await openFund(api.url, 'STOP', {}, token);
  const answers = Array.from({ length: 60 }, () => command(api, '/funds/TT:STOP/donations', donation({ amount: '1' })).catch(() => 'never accepted' as const));
  await Promise.any(answers.map(async (answer) => expect(await answer).toMatchObject({ status: 201 })));
  expect(await api.end('SIGTERM')).toBe(0);
  const outcomes = await Promise.all(answers);
  const answered = outcomes.filter((outcome) => outcome !== 'never accepted');
  const booked = answered.filter(({ status }) => status === 201);
  expect(booked.length).toBeGreaterThan(0);
  for (const outcome of answered) if (outcome.status !== 201) expect(told(outcome)).toEqual([503, 'stopping']);
  const survivor = running[0]!;
  const last = await command(survivor, '/funds/TT:STOP/donations', donation({ amount: '1' }));
  expect(last.body.voucher.number).toBeGreaterThan(booked.length);
  await expect(ask(`${api.url}/health/live`)).rejects.toThrow();
});
