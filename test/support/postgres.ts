import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  close(): Promise<void>;
}

async function asOwner(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env['SOQUY_TEST_PG_URL'];
  if (!url) throw new Error('jest global setup has not started Postgres');
  return url;
}

/** A fresh, empty database on the Postgres that jest's global setup started. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asOwner(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return { url: url.toString(), close: () => asOwner(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
