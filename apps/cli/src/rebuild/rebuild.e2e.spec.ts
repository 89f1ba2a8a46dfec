import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readBuilds, type Build } from '@ledger/projection-runtime';
import { databaseAt } from '@ledger/postgres';
import type { DataSource } from 'typeorm';
import { startRandom } from '../../../../libs/command-handling/testing/src/random.js';
import { soquy } from '../../../../test/faults/support/command-line.js';
import { donation, found, TREE } from '../../../../test/faults/support/founding.js';
import { KillableStandalone } from '../../../../test/faults/support/killable-standalone.js';
import { persist, receiptOf } from '../../../../test/faults/support/steady-client.js';

const FULL = process.env['SOQUY_FULL'] === '1';
const REBUILDS = FULL ? 50 : 2;
const KILLED = FULL ? 12 : 2;
const READERS = 16;
const SEED = Number(process.env['SOQUY_SEED'] ?? Date.now() % 1_000_000);
const random = startRandom(SEED);

jest.setTimeout(FULL ? 3_000_000 : 580_000);

let house: KillableStandalone;
let database: DataSource;

beforeAll(async () => {
  house = await KillableStandalone.start();
  await found(() => house.instance.apiUrl, house.token, ['F1']);
  const { code, output, errors } = await soquy(house.dataFolder, 'import', join(process.cwd(), 'samples/nam-hoc-2023-24'));
  if (code !== 0) throw new Error(`not imported: ${output}${errors}`);
  database = await databaseAt(house.instance.pgUrl, { poolSize: READERS + 4 }).initialize();
  await settled();
});
afterAll(async () => {
  await database.destroy();
  await house.discard();
});

/** Every view a dashboard sees, each as a number of rows and a sum over what they hold. */
async function contents(): Promise<Record<string, string>> {
  const views = await rows<{ name: string }>(`SELECT viewname AS name FROM pg_views WHERE schemaname IN ('read', 'sealed') AND viewname <> 'checkpoint' ORDER BY 1`);
  const held: Record<string, string> = {};
  for (const { name } of views) {
    const schema = (await rows<{ one: string | null }>('SELECT to_regclass($1) AS one', [`read.${name}`]))[0]?.one === null ? 'sealed' : 'read';
    held[name] = (await rows<{ held: string }>(`SELECT count(*) || ' ' || coalesce(sum(hashtextextended(v::text, 0)), 0) AS held FROM ${schema}.${name} v`))[0]!.held;
  }
  return held;
}

function rows<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
  return database.query(sql, parameters);
}

/** Nothing is under way: no build but live and kept ones, all of them caught up. */
async function settled(): Promise<readonly Build[]> {
  for (;;) {
    const builds = await readBuilds(database);
    const live = builds.filter(({ state }) => state === 'live');
    if (builds.every(({ state }) => state === 'live' || state === 'kept') && live.every(({ caughtUp, events }) => caughtUp && events === live[0]?.events)) return builds;
    await pause(50);
  }
}

const numbers = (builds: readonly Build[], state: Build['state']): Record<string, number> => Object.fromEntries(builds.filter((one) => one.state === state).map(({ name, build }) => [name, build]));

/**
 * The body of an answer, without how far it reflects the log. On a busy machine a position may take longer to be reached
 * than a request may wait; then the answer says to ask again, and a client does.
 */
async function ask(path: string): Promise<unknown> {
  const answer = await fetch(`${house.instance.apiUrl}${path}`, { headers: { authorization: `Bearer ${house.token}` } });
  const text = await answer.text();
  if (answer.status === 503 && text.includes('"position_not_reached"')) return ask(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  const { asOfPosition, asOfTime, ...rest } = JSON.parse(text) as Record<string, unknown>;
  expect([typeof asOfPosition, typeof asOfTime]).toEqual(['string', 'string']);
  return rest;
}

it(`rebuild all comes to the same tables, its projector killed ${KILLED} times on the way (SOQUY_SEED=${SEED})`, async () => {
  const before = await contents();
  const first = numbers(await settled(), 'live');
  for (let kill = 0; kill < KILLED; kill += 1) {
    const rebuilding = soquy(house.dataFolder, 'rebuild', 'all');
    await pause(random() * 3_000);
    await house.kill(['projector']);
    const { code, output, errors } = await rebuilding;
    expect({ code, output, errors: code === 0 ? '' : errors }).toMatchObject({ code: 0, output: expect.stringContaining('live now') });
    const now = numbers(await settled(), 'live');
    for (const [name, build] of Object.entries(now)) expect(build).toBeGreaterThan(first[name] ?? 0);
    expect(await contents()).toEqual(before);
  }
});

it(`${REBUILDS} rebuilds while ${READERS} read and one writes: every answer is there, whole and right`, async () => {
  const fund = 'MH:MH-Q1';
  const paths = [
    `/funds/${fund}/balance`, `/funds/${fund}/balance?effectiveOn=2023-12-31`, `/funds/${fund}/statement?limit=50`, `/funds/${fund}/trial-balance`, '/associations/MH:MH/totals',
    '/beneficiaries/MH:MH-B000001/history', '/donors?tree=MH&limit=20', '/pledges?tree=MH&limit=20', '/funds?tree=MH&limit=100',
  ];
  const [{ id } = { id: '' }] = await rows<{ id: string }>(`SELECT fund_id AS id FROM read.fund_balance WHERE code = 'MH-Q1'`);
  const statements: readonly [string, unknown[]][] = [
    ['SELECT count(*)::text AS lines, sum(cash)::text AS cash, sum(bank)::text AS bank FROM read.fund_movement WHERE fund_id = $1', [id]],
    ['SELECT b.closing::text, s.lines, s.cash FROM read.fund_balance b, (SELECT count(*)::text AS lines, sum(cash)::text AS cash FROM read.fund_movement WHERE fund_id = $1) AS s WHERE b.fund_id = $1', [id]],
    ['SELECT count(*)::text AS lines, sum(debit)::text AS debit, sum(credit)::text AS credit FROM read.journal_line WHERE fund_id = $1', [id]],
    [`SELECT sum(pledged)::text AS pledged, sum(received)::text AS received FROM read.pledge_standing WHERE root_code = 'MH'`, []],
  ];
  const questions = [...paths.map((path) => () => ask(path)), ...statements.map(([sql, parameters]) => () => rows(sql, parameters))];
  const known = await Promise.all(questions.map((question) => question()));
  let sent = 0n;
  let booked = { amount: 0n, position: '' };
  let isDone = false;
  const write = async (): Promise<void> => {
    sent += 1n;
    const answered = await persist(() => house.instance.apiUrl, donation('F1', 1n), house.token);
    expect(answered.last.status).toBe(201);
    booked = { amount: booked.amount + 1n, position: receiptOf(answered).position };
  };
  await write();
  const answers: number[] = [];
  const reading = Array.from({ length: READERS }, async (_, reader) => {
    for (answers[reader] = 0; !isDone; answers[reader] = (answers[reader] ?? 0) + 1) {
      const place = Math.floor(random() * (questions.length + 1));
      if (place < questions.length) {
        expect(await questions[place]!()).toEqual(known[place]);
        continue;
      }
      const { amount, position } = booked;
      const { figures } = (await ask(`/funds/${TREE}:F1/balance?atPosition=${position}`)) as { figures: { bank: string } };
      expect(BigInt(figures.bank)).toBeGreaterThanOrEqual(amount);
      expect(BigInt(figures.bank)).toBeLessThanOrEqual(sent);
    }
  });
  const writing = (async () => {
    while (!isDone) { await write(); await pause(20); }
  })();
  const rebuilding = (async () => {
    try {
      for (let rebuild = 0; rebuild < REBUILDS; rebuild += 1) {
        const { code, output } = await soquy(house.dataFolder, 'rebuild', 'all', ...(rebuild % 2 === 0 ? ['--keep'] : []));
        expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('live now') });
      }
    } finally {
      isDone = true;
    }
  })();
  await Promise.all([rebuilding, writing, ...reading]);
  expect(Math.min(...answers)).toBeGreaterThan(0);
});

it('keeps a former build, returns to it and back again; an erasure reaches the one that is kept', async () => {
  await soquy(house.dataFolder, 'rebuild', 'all');
  const former = numbers(await settled(), 'live');
  const nothingKept = await soquy(house.dataFolder, 'rebuild', 'registry', '--back');
  expect(nothingKept).toMatchObject({ code: 1, output: expect.stringContaining('no former build was kept') });
  expect((await soquy(house.dataFolder, 'rebuild', 'registry', '--keep')).code).toBe(0);
  const kept = await settled();
  expect(numbers(kept, 'kept')).toEqual({ registry: former['registry'] });
  const before = await contents();

  const schemas = kept.filter(({ name }) => name === 'registry').map(({ schema }) => schema);
  const [person] = await rows<{ id: string }>('SELECT beneficiary_id AS id FROM sealed.beneficiary WHERE cardinality(name_hashes) > 0 ORDER BY code LIMIT 1');
  const holding = async (): Promise<unknown[]> => Promise.all(schemas.map(async (schema) =>
    (await rows(`SELECT cardinality(name_hashes) AS hashes, sealed IS NOT NULL AS sealed, erased FROM ${schema}.beneficiary WHERE beneficiary_id = $1`, [person?.id]))[0]));
  expect(schemas).toHaveLength(2);
  expect(await holding()).toEqual(schemas.map(() => ({ hashes: expect.any(Number), sealed: true, erased: false })));
  expect((await soquy(house.dataFolder, 'erase', person?.id ?? '', '--kind', 'beneficiary', '--yes')).code).toBe(0);
  expect(await holding()).toEqual(schemas.map(() => ({ hashes: 0, sealed: false, erased: true })));

  const erased = await contents();
  expect(Object.keys(erased).filter((view) => erased[view] !== before[view] && !view.endsWith('_known'))).toEqual(['beneficiary']);
  expect((await soquy(house.dataFolder, 'rebuild', 'registry', '--back', '--keep')).code).toBe(0);
  expect(numbers(await settled(), 'live')).toEqual(former);
  expect(await contents()).toEqual(erased);
  expect((await soquy(house.dataFolder, 'rebuild', 'all', '--back')).code).toBe(0);
  expect((await settled()).filter(({ state }) => state === 'kept')).toEqual([]);
  expect(await contents()).toEqual(erased);
});

it('says what there is where it is asked for what there is not', async () => {
  const { code, output } = await soquy(house.dataFolder, 'rebuild', 'balances');
  expect(code).toBe(1);
  expect(output).toContain('fund-balances');
});
