import pg from 'pg';
import { isPassingFailure } from '@ledger/projection-runtime';
import { TcpProxy } from '../../../libs/event-store/testing/tcp-proxy.js';
import { testDatabase } from '../../../test/support/postgres.js';
import { PREPARED_LIMIT, PreparedQueries } from './prepared-queries.js';

jest.setTimeout(30_000);

describe('prepared queries', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let admin: pg.Client;
  let queries: PreparedQueries;
  const lost: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    admin = new pg.Client(database.url);
    await admin.connect();
    queries = new PreparedQueries({ url: database.url, connections: 2, connectMs: 5_000, queryMs: 300, silenceMs: 5_000, onLost: (reason) => lost.push(reason.message) });
  });
  afterAll(async () => {
    await queries.close();
    await admin.end();
    await database.close();
  });

  const codeOf = (asked: Promise<unknown>): Promise<unknown> => asked.then(() => undefined, (error: { code?: string }) => error.code);

  it('answer rows, each time for the parameters of that time', async () => {
    await admin.query('CREATE VIEW doubled AS SELECT i, 2 * i AS two FROM generate_series(1, 9) i');
    for (let i = 1; i <= 9; i += 1) expect(await queries.query('SELECT two FROM doubled WHERE i = $1', [i])).toEqual([{ two: 2 * i }]);
    expect(await queries.query('SELECT two FROM doubled WHERE i = $1', [10])).toEqual([]);
  });

  it('go on when a view is replaced, also by one with other types', async () => {
    const asked = (): Promise<unknown> => Promise.all(Array.from({ length: 6 }, () => queries.query('SELECT shown FROM replaced')));
    await admin.query('CREATE VIEW replaced AS SELECT 1 AS shown');
    expect(await asked()).toEqual(Array(6).fill([{ shown: 1 }]));
    await admin.query('CREATE OR REPLACE VIEW replaced AS SELECT 2 AS shown');
    expect(await asked()).toEqual(Array(6).fill([{ shown: 2 }]));
    await admin.query(`BEGIN; DROP VIEW replaced; CREATE VIEW replaced AS SELECT 'three' AS shown; COMMIT`);
    for (let time = 0; time < 3; time += 1) expect(await asked()).toEqual(Array(6).fill([{ shown: 'three' }]));
  });

  it('say what Postgres says, and go on afterwards', async () => {
    expect(await codeOf(queries.query('SELECT * FROM nothing_there'))).toBe('42P01');
    expect(await codeOf(queries.query('CREATE TABLE written (i integer)'))).toBe('25006');
    expect(await codeOf(queries.query('SELECT pg_sleep(5)'))).toBe('57014');
    expect(await codeOf(queries.query('SELECT $1::integer AS i', ['x']))).toBe('22P02');
    expect(await queries.query('SELECT $1::integer AS i', [5])).toEqual([{ i: 5 }]);
  });

  it('lose a connection without the next query noticing', async () => {
    await queries.query('SELECT 1');
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'so-quy-queries' AND datname = current_database()`);
    const deadline = Date.now() + 5_000;
    while ((await codeOf(queries.query('SELECT 1'))) !== undefined && Date.now() < deadline) continue;
    expect(await queries.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(lost.filter((reason) => !reason.includes('terminat'))).toEqual([]);
  });

  it('keep no more statements than the limit, whatever is asked', async () => {
    for (let asked = 0; asked < 2 * PREPARED_LIMIT; asked += 1) expect(await queries.query(`SELECT ${asked} AS asked`)).toEqual([{ asked }]);
    const kept = (await queries.query('SELECT count(*)::integer AS kept FROM pg_prepared_statements')) as { kept: number }[];
    expect(kept[0]!.kept).toBeGreaterThan(0);
    expect(kept[0]!.kept).toBeLessThanOrEqual(PREPARED_LIMIT);
  });

  it('are answered beside slow ones', async () => {
    const many = new PreparedQueries({ url: database.url, connections: 6, connectMs: 5_000, queryMs: 60_000, silenceMs: 5_000, onLost: (reason) => lost.push(reason.message) });
    await admin.query('SELECT pg_advisory_lock(1)');
    const held = Array.from({ length: 5 }, () => many.query('SELECT pg_advisory_xact_lock_shared(1)').then(() => 'let go'));
    for (let one = 0; one < 20; one += 1) expect(await many.query('SELECT $1::integer AS one', [one])).toEqual([{ one }]);
    await admin.query('SELECT pg_advisory_unlock(1)');
    expect(await Promise.all(held)).toEqual(Array(5).fill('let go'));
    await many.close();
  });

  describe('through a network that may swallow everything', () => {
    let proxy: TcpProxy;
    let asked: PreparedQueries;
    beforeEach(async () => {
      proxy = await TcpProxy.to(Number(new URL(database.url).port));
      asked = new PreparedQueries({ url: proxy.leading(database.url), connections: 6, connectMs: 500, queryMs: 60_000, silenceMs: 500, onLost: (reason) => lost.push(reason.message) });
    });
    afterEach(async () => {
      proxy.heal();
      await asked.close();
      await proxy.close();
    });

    it('are given up long before their time is over, those too that wait for a connection, and go on afterwards', async () => {
      expect(await asked.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      proxy.swallow('everything');
      const outcomes = await Promise.all(Array.from({ length: 12 }, () => asked.query('SELECT 1 AS one').then(() => 'answered', isPassingFailure)));
      expect(outcomes).toEqual(Array(12).fill(true));
      expect(await asked.query('SELECT 1 AS one').then(() => 'answered', isPassingFailure)).toBe(true);
      proxy.heal();
      proxy.cut();
      while ((await codeOf(asked.query('SELECT 1').catch((error: unknown) => { throw Object.assign(new Error(), { code: isPassingFailure(error) ? 'passes' : error }); }))) === 'passes') continue;
      expect(await asked.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('are not given up for being slow', async () => {
      expect(await asked.query('SELECT pg_sleep(3), 1 AS one')).toMatchObject([{ one: 1 }]);
    });
  });
});
