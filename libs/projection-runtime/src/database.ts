import { copyIn, databaseAt } from '@ledger/postgres';
import type { DataSource } from 'typeorm';
import type pg from 'pg';
import type { Transaction } from './projection.js';
import { StatementNames } from './statement-names.js';

const names = new StatementNames();
/** What a connection has prepared for builds that are gone goes with it. */
const CONNECTION_LIFE_S = 900;

/** Anything that runs one parameterised statement and answers its rows: a DataSource, a QueryRunner, a transaction. */
export interface SqlRunner {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/**
 * The projector's own connections. Commits are not waited for on disk: rows and checkpoint travel together, so a
 * crash of Postgres takes both back to the same place and the log gives the rest again.
 */
export function projectorDataSource(url: string, poolSize = 10): DataSource {
  return databaseAt(url, {
    poolSize, applicationName: 'so-quy-projector', connectTimeoutMS: 5_000,
    pool: { keepAlive: true, maxLifetimeSeconds: CONNECTION_LIFE_S, options: '-c synchronous_commit=off -c statement_timeout=120000' },
  });
}

/**
 * Runs `work` in one transaction on a connection of its own; any error rolls all of it back and is thrown on. The
 * statements go to the driver directly: thousands of them run each second while much happens.
 */
export async function inTransaction<Result>(database: DataSource, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
  const runner = database.createQueryRunner();
  try {
    const client = (await runner.connect()) as pg.PoolClient;
    await client.query('BEGIN');
    return await withinTransaction(client, work);
  } finally {
    await runner.release();
  }
}

async function withinTransaction<Result>(client: pg.PoolClient, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
  try {
    const result = await work({
      query: async <Row>(sql: string, parameters: readonly unknown[] = []) => (await client.query(names.configOf(sql, parameters))).rows as Row[],
      copy: (target, rows) => copyIn(client, target, rows),
    });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The error that brought us here is the one to report: a connection that cannot roll back is gone, which does the same.
    await client.query('ROLLBACK').catch((failure: unknown) => failure);
    throw error;
  }
}
