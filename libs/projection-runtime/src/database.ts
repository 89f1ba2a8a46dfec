import { DataSource } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import type { Transaction } from './projection.js';

/** Anything that runs one parameterised statement and answers its rows: a DataSource, a QueryRunner, a transaction. */
export interface SqlRunner {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/**
 * The projector's own connections. Commits are not waited for on disk: rows and checkpoint travel together, so a
 * crash of Postgres takes both back to the same place and the log gives the rest again.
 */
export function projectorDataSource(url: string, poolSize = 10): DataSource {
  return new DataSource({
    type: 'postgres', url, poolSize, installExtensions: false, applicationName: 'so-quy-projector', connectTimeoutMS: 5_000,
    extra: { keepAlive: true, options: '-c synchronous_commit=off -c statement_timeout=120000' },
  });
}

/** Rows of any statement, also of UPDATE and DELETE … RETURNING. */
async function rowsOf<Row>(runner: QueryRunner, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  const result = (await runner.query(sql, parameters as unknown[], true)) as { records?: Row[] };
  return result.records ?? [];
}

/** Runs `work` in one transaction on a connection of its own; any error rolls all of it back and is thrown on. */
export async function inTransaction<Result>(database: DataSource, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
  const runner = database.createQueryRunner();
  try {
    await runner.startTransaction();
    const result = await work({ query: <Row>(sql: string, parameters: readonly unknown[] = []) => rowsOf<Row>(runner, sql, parameters) });
    await runner.commitTransaction();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await rollBack(runner);
    throw error;
  } finally {
    await runner.release();
  }
}

/** The error that brought us here is the one to report: a connection that cannot roll back is gone, which does the same. */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.rollbackTransaction().catch((error: unknown) => error);
}
