import { randomUUID } from 'node:crypto';
import { databaseAt } from '@ledger/postgres';
import type { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { silentLog } from '../ledger-log.js';
import { LIMITS } from '../limits.js';
import { commandMigrations } from '../migrations/command-migrations.js';
import { PostgresAway } from '../postgres-away.js';
import { CommandKeys, type Claim } from './command-keys.js';

// Real servers on a machine that may be busy.
jest.setTimeout(60_000);

let database: TestDatabase;
const sources: DataSource[] = [];

async function dataSource(): Promise<DataSource> {
  const source = await databaseAt(database.url, { migrations: commandMigrations }).initialize();
  sources.push(source);
  return source;
}

const keysOn = (source: DataSource) => new CommandKeys(source, LIMITS, silentLog);
const claim = (over: Partial<Claim> = {}): Claim => ({ commandId: randomUUID(), inputHash: 'ab'.repeat(32), stream: 'fundBook-1', revisionThen: 4n, ...over });

beforeAll(async () => {
  database = await testDatabase();
  await (await dataSource()).runMigrations();
});

afterAll(async () => {
  for (const source of sources) if (source.isInitialized) await source.destroy();
  await database.close();
});

describe('CommandKeys', () => {
  it('knows a key again with its stream, its revision then and its outcome, and tells another input apart', async () => {
    const keys = keysOn(sources[0]!);
    const first = claim();
    expect(await keys.claim(first)).toEqual({ kind: 'fresh' });
    expect(await keys.claim({ ...first, revisionThen: 9n })).toEqual({ kind: 'claimed_before', stream: 'fundBook-1', revisionThen: 4n, booked: undefined });
    expect(await keys.claim({ ...first, inputHash: 'cd'.repeat(32) })).toEqual({ kind: 'other_input' });
    keys.record(first.commandId, { first: 5n, last: 6n, position: 9_007_199_254_740_993n });
    await keys.flush();
    expect(await keys.claim(first)).toMatchObject({ booked: { first: 5n, last: 6n, position: 9_007_199_254_740_993n } });
  });

  it('lets exactly one of many processes claim a key first, whatever the order of their keys', async () => {
    const processes = await Promise.all([1, 2, 3, 4].map(async () => keysOn(await dataSource())));
    const claims = Array.from({ length: 60 }, () => claim());
    const verdicts = await Promise.all(processes.map((keys, at) => Promise.all((at % 2 ? claims : [...claims].reverse()).map((one) => keys.claim(one)))));
    expect(verdicts.flat().filter((verdict) => verdict.kind === 'fresh')).toHaveLength(60);
    expect(verdicts.flat().filter((verdict) => verdict.kind === 'claimed_before')).toHaveLength(180);
  });

  it('says that Postgres is away, and is there again by itself', async () => {
    const other = await dataSource();
    await other.destroy();
    await expect(keysOn(other).claim(claim())).rejects.toBeInstanceOf(PostgresAway);
    await other.initialize();
    expect(await keysOn(other).claim(claim())).toEqual({ kind: 'fresh' });
  });

  it('says that Postgres is away where it ends the connection in the middle', async () => {
    const other = await dataSource();
    const ended = keysOn(other);
    const hung = other.query('SELECT pg_sleep(20)').then(() => 'woke', () => 'ended');
    await ended.claim(claim());
    await sources[0]!.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()', ['%pg_sleep%']);
    expect(await hung).toBe('ended');
    expect(await ended.claim(claim())).toEqual({ kind: 'fresh' });
  });
});
