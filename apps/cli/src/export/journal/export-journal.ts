import pg from 'pg';
import { StoreUnavailable, type EventStore } from '@ledger/event-store';
import { CheckpointWatch, type SqlRunner } from '@ledger/projection-runtime';
import { endOfLog, madeFromAnotherLog } from '../../figures/settled.js';
import type { ExportOutput } from '../output.js';
import { beancount } from './beancount.js';
import { csv } from './csv.js';
import type { JournalFormat } from './entries.js';
import { hledger } from './hledger.js';
import { headOf, journalItems } from './journal-items.js';
import type { Period } from './journal-items.js';
import { EXPORTED_FROM, takeSnapshot } from './journal-snapshot.js';
import type { ScopeAsked, ScopeFound } from './scope.js';

export const JOURNAL_FORMATS = ['hledger', 'beancount', 'csv'] as const;
export type JournalFormatName = (typeof JOURNAL_FORMATS)[number];

export interface JournalWishes extends Period {
  readonly format: JournalFormatName;
  readonly scope: ScopeAsked;
}

type NotExported = Exclude<ScopeFound, { kind: 'found' }>;

/** Where the store is `away` the export shows what the read models hold, and nobody can say whether that is all. */
export type JournalExported =
  | { readonly kind: 'exported'; readonly entries: number; readonly store: 'asked' | 'away' }
  | NotExported
  | { readonly kind: 'behind' }
  | { readonly kind: 'stopped' | 'of_another_log'; readonly projection: string };

function formatOf(name: JournalFormatName): JournalFormat {
  switch (name) {
    case 'hledger': return hledger;
    case 'beancount': return beancount;
    case 'csv': return csv();
  }
}

/** Writes the journal as of the present end of the log, or of a later place. The connection is the caller's, for this only. */
export async function exportJournal(client: pg.Client, store: EventStore, { timeoutMs, ...wishes }: JournalWishes & { readonly timeoutMs: number }, output: ExportOutput): Promise<JournalExported> {
  const awaited = await awaitReadModels({ query: async (sql, values) => (await client.query(sql, values)).rows as unknown }, store, timeoutMs);
  if (awaited.kind !== 'asked' && awaited.kind !== 'away') return awaited;
  const written = await writeJournal(client, wishes, output);
  return written.kind === 'written' ? { kind: 'exported', entries: written.entries, store: awaited.kind } : written;
}

/** Writes the journal as far as the read models have come. */
export async function writeJournal(client: pg.Client, wishes: JournalWishes, output: ExportOutput): Promise<{ readonly kind: 'written'; readonly entries: number } | NotExported> {
  const snapshot = await takeSnapshot(client, wishes.scope, wishes);
  if ('kind' in snapshot) return snapshot;
  const format = formatOf(wishes.format);
  await output.write(format.begin(headOf(snapshot, wishes)));
  let entries = 0;
  for await (const item of journalItems(snapshot, wishes)) {
    if (item.kind === 'entry') entries += 1;
    const handedOver = output.write(format.item(item));
    if (handedOver) await handedOver;
  }
  await output.write(format.end(entries));
  return { kind: 'written', entries };
}

type Awaited = { readonly kind: 'asked' } | { readonly kind: 'away' } | Extract<JournalExported, { kind: 'behind' } | { projection: string }>;

/** Waits until the read models reflect what the log holds now; where the store is away there is nothing to wait for. */
async function awaitReadModels(database: SqlRunner, store: EventStore, timeoutMs: number): Promise<Awaited> {
  const deadline = Date.now() + timeoutMs;
  const logId = await idOf(store);
  if (logId === undefined) return { kind: 'away' };
  // Positions of two logs say nothing of each other, and waiting would not help.
  const foreign = await madeFromAnotherLog(database, logId);
  if (foreign !== undefined) return { kind: 'of_another_log', projection: foreign };
  const [least] = (await database.query('SELECT c.position::text FROM read.checkpoint c WHERE c.projection = ANY($1) ORDER BY c.position NULLS FIRST LIMIT 1', [EXPORTED_FROM])) as { position: string | null }[];
  try {
    const end = await endOfLog(store, least?.position == null ? undefined : BigInt(least.position));
    if (end === undefined) return { kind: 'asked' };
    const watch = new CheckpointWatch(database);
    for (;;) {
      const outcome = await watch.waitFor(end, EXPORTED_FROM, deadline - Date.now(), logId);
      if (outcome.kind === 'reached') return { kind: 'asked' };
      if (outcome.kind === 'stopped') return outcome;
      if (Date.now() >= deadline) return { kind: 'behind' };
    }
  } catch (error) {
    if (error instanceof StoreUnavailable) return { kind: 'away' };
    throw error;
  }
}

/** Undefined where the store is away. */
async function idOf(store: EventStore): Promise<string | undefined> {
  try {
    return await store.logId();
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}
