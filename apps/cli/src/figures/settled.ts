import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { EventStore } from '@ledger/event-store';
import { inReadSnapshot, type SqlRunner } from '@ledger/projection-runtime';
import { readFigures, type FiguresDocument } from './figures-document.js';

/** The read tables did not come to one place of the log, or not as far as was asked for. */
export class FiguresBehind extends Error {
  override readonly name = 'FiguresBehind';
}

/** The read tables were made from another log than the one that answers: waiting will not help. */
export class FiguresOfAnotherLog extends Error {
  override readonly name = 'FiguresOfAnotherLog';
}

const WAIT_MS = 50;

/**
 * The figures of a tree as of one place in the log, at or after its end when asked. Waits for the projections up to
 * `timeoutMs`, then throws FiguresBehind; FiguresOfAnotherLog at once. Undefined where there is no such tree.
 */
export async function settledFigures(database: DataSource, store: EventStore, rootCode: string, timeoutMs: number): Promise<FiguresDocument | undefined> {
  const deadline = Date.now() + timeoutMs;
  let end: bigint | undefined;
  const logId = await store.logId();
  for (;;) {
    await refuseOtherLog(database, logId);
    const read = await inSnapshot(database, rootCode);
    const [position, ...others] = read.positions;
    if (others.every((other) => other === position)) {
      end ??= await endOfLog(store, position);
      if (end === undefined || (position !== undefined && position >= end)) return read.document;
    }
    if (Date.now() > deadline) throw new FiguresBehind('the read tables have not caught up with the log');
    await delay(WAIT_MS);
  }
}

async function refuseOtherLog(database: SqlRunner, logId: string): Promise<void> {
  const foreign = await madeFromAnotherLog(database, logId);
  if (foreign !== undefined) throw new FiguresOfAnotherLog(`the read table ${foreign} was made from another log`);
}

/** A read table that serves and was made from another log than this one; undefined where there is none. */
export async function madeFromAnotherLog(database: SqlRunner, logId: string): Promise<string | undefined> {
  const [foreign] = (await database.query('SELECT projection FROM read.checkpoint WHERE log_id <> $1 ORDER BY projection LIMIT 1', [logId])) as { projection: string }[];
  return foreign?.projection;
}

function inSnapshot(database: DataSource, rootCode: string): Promise<{ document: FiguresDocument | undefined; positions: readonly (bigint | undefined)[] }> {
  return inReadSnapshot(database, async (snapshot) => {
    const read = await readFigures(snapshot, rootCode);
    return { document: read?.document, positions: read?.positions ?? (await everyPosition(snapshot)) };
  });
}

async function everyPosition(database: SqlRunner): Promise<bigint[]> {
  const rows = (await database.query('SELECT position::text AS position FROM read.checkpoint')) as { position: string }[];
  return rows.map(({ position }) => BigInt(position));
}

/** The last position in the log after the given one; undefined where nothing comes after it. */
export async function endOfLog(store: EventStore, after: bigint | undefined): Promise<bigint | undefined> {
  let end: bigint | undefined;
  for await (const { position } of store.readAll(after)) end = position;
  return end;
}
