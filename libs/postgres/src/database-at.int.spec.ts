import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { testDatabase } from '../../../test/support/postgres.js';
import { databaseAt } from './database-at.js';

jest.setTimeout(30_000);

let server: Awaited<ReturnType<typeof testDatabase>>;
let database: DataSource;
beforeEach(async () => {
  server = await testDatabase();
  database = await databaseAt(server.url, { poolSize: 3 }).initialize();
});
afterEach(async () => {
  await database.destroy();
  await server.close();
});

it('outlives the end of a connection that nobody listens to at the moment', async () => {
  const { master: pool } = database.driver as unknown as { readonly master: pg.Pool };
  const client = await pool.connect();
  const gone = new Promise((resolve) => client.once('end', resolve));
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await database.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
  await gone;
  await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable/);
  client.release();
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
