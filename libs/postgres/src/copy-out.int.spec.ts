import type { DataSource } from 'typeorm';
import { testDatabase } from '../../../test/support/postgres.js';
import { withCopySessions, type CopySession } from './copy-out.js';
import { databaseAt } from './database-at.js';

jest.setTimeout(60_000);

const MANY = 'SELECT n FROM generate_series(1, 50000000) AS n';

let server: Awaited<ReturnType<typeof testDatabase>>;
let database: DataSource;
beforeEach(async () => {
  server = await testDatabase();
  database = await databaseAt(server.url, { poolSize: 4 }).initialize();
});
// A connection that was not given back would keep `destroy` waiting for ever.
afterEach(async () => {
  await database.destroy();
  await server.close();
});

const pidOf = async (session: CopySession): Promise<number> => ((await session.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[])[0]!.pid;

it('hands over rows in order, on several connections at once', async () => {
  const copied = await withCopySessions(database, 3, (sessions) => Promise.all(sessions.map(async (session, at) => {
    const rows: string[] = [];
    await session.copy(`SELECT n * ${at + 1} FROM generate_series(1, 1000) AS n ORDER BY n`, 'FORMAT text', (row) => rows.push(row.toString())).done;
    return rows.join('');
  })));
  expect(copied).toEqual([1, 2, 3].map((by) => Array.from({ length: 1_000 }, (_, at) => `${(at + 1) * by}\n`).join('')));
});

it('gives every connection back where one is refused', async () => {
  const other = await databaseAt((await testDatabase()).url, { poolSize: 1 }).initialize();
  const name = new URL(server.url).pathname.slice(1);
  await other.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await expect(withCopySessions(database, 4, () => Promise.resolve())).rejects.toThrow('not currently accepting connections');
  await other.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await other.destroy();
  expect(await withCopySessions(database, 4, (sessions) => Promise.resolve(sessions.length))).toBe(4);
});

it('tells when a connection is lost while rows are on their way, paused or not', async () => {
  for (const isPaused of [false, true]) {
    const lost = withCopySessions(database, 2, async ([copying, other]) => {
      const pid = await pidOf(copying!);
      const rows = copying!.copy(MANY, 'FORMAT text', () => undefined);
      if (isPaused) rows.pause();
      await other!.query('SELECT pg_terminate_backend($1)', [pid]);
      if (isPaused) rows.resume();
      await rows.done;
    });
    await expect(lost).rejects.toThrow(/terminat/i);
  }
});

it('waits for no rows where the work has failed', async () => {
  let ended: Promise<string> | undefined;
  const failed = withCopySessions(database, 2, async ([copying]) => {
    const rows = copying!.copy(MANY, 'FORMAT text', () => undefined);
    ended = rows.done.then(() => 'whole', () => 'cut off');
    rows.pause();
    throw new Error('no room for a temporary file');
  });
  await expect(failed).rejects.toThrow('no room for a temporary file');
  expect(await ended).toBe('cut off');
});
