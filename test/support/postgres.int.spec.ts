import pg from 'pg';
import { testDatabase } from './postgres.js';

it('gives each spec an empty database of its own on a real PostgreSQL', async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  const client = new pg.Client({ connectionString: one.url });
  await client.connect();
  await client.query('CREATE TABLE t AS SELECT 1 AS n');
  expect((await client.query('SELECT n FROM t')).rows).toEqual([{ n: 1 }]);
  await client.end();
  expect(other.url).not.toBe(one.url);
  await Promise.all([one.close(), other.close()]);
});
