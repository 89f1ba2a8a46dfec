import type { DataSource } from 'typeorm';
import type { EventStore } from '@ledger/event-store';
import { BOOK_FORM, headOfBook, restoreBook, type BookState } from '@ledger/fund-ledger';
import { copiedBytes, literal } from '@ledger/postgres';
import type { PersonVault } from '@ledger/privacy';
import type { LedgerLog } from '../ledger-log.js';
import { onPostgres } from '../postgres-away.js';
import type { Fold } from './fold.js';
import { chained, deltaOf } from './fold-chunk.js';

interface HeadRow {
  readonly log_id: string;
  readonly form: number;
  readonly base_revision: string;
  readonly revision: string;
  readonly head: string;
  readonly chunks: number;
  readonly chain: string;
  readonly seal: string;
}

/** What is in a head's text besides the state's own. */
interface HeadText {
  readonly eventId: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly events: number;
  readonly state: string;
}

/** A fold as it was when a chunk was taken of it. */
export interface TakenFold {
  readonly baseRevision: bigint;
  /** Where the chunk begins: after it what was taken before ends. `undefined` for a book's first. */
  readonly after: bigint | undefined;
  readonly revision: bigint;
  readonly head: string;
  readonly chunk: Buffer;
}

export function headTextOf({ lastEventId: eventId, position, recordedAt, events, state }: Fold): string {
  return JSON.stringify({ eventId, position: position.toString(), recordedAt, events, state: headOfBook(state as BookState) } satisfies HeadText);
}

const READ_HEAD = 'SELECT log_id, form, base_revision, revision, head, chunks, chain, seal FROM command.fold_heads WHERE stream = $1';
const WRITE_HEAD = `
  INSERT INTO command.fold_heads (stream, log_id, form, base_revision, revision, head, chunks, chain, seal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (stream) DO UPDATE SET log_id = EXCLUDED.log_id, form = EXCLUDED.form, base_revision = EXCLUDED.base_revision,
    revision = EXCLUDED.revision, head = EXCLUDED.head, chunks = EXCLUDED.chunks, chain = EXCLUDED.chain, seal = EXCLUDED.seal`;

/** Folds of large books in Postgres: believed only where they are this log's, in today's form, and sealed by us. */
export class KeptFolds {
  constructor(
    private readonly database: DataSource,
    private readonly store: Pick<EventStore, 'logId' | 'readStream'>,
    private readonly vault: Pick<PersonVault, 'inputHash'>,
    private readonly log: LedgerLog,
  ) {}

  /** The fold as it was kept; undefined where there is none to be believed. Throws PostgresAway and StoreUnavailable. */
  async load(stream: string): Promise<Fold | undefined> {
    const logId = await this.store.logId();
    const [row] = await onPostgres(() => this.database.query<HeadRow[]>(READ_HEAD, [stream]));
    if (!row || row.log_id !== logId || row.form !== BOOK_FORM) return undefined;
    const chunks = await onPostgres(() => copiedBytes(this.database, `SELECT bytes FROM command.fold_chunks WHERE stream = ${literal(stream)} AND number <= ${row.chunks} ORDER BY number`));
    const chain = chunks.reduce(chained, '');
    if (chunks.length !== row.chunks || chain !== row.chain || this.sealOf(stream, row) !== row.seal) return this.disbelieved(stream, 'its seal is broken');
    const text = JSON.parse(row.head) as HeadText;
    if (!(await this.isInLog(stream, BigInt(row.revision), text.eventId))) return this.disbelieved(stream, 'the log has another event there');
    const state = restoreBook(text.state, chunks.map(deltaOf));
    return {
      state, revision: BigInt(row.revision), position: BigInt(text.position), baseRevision: BigInt(row.base_revision),
      recordedAt: text.recordedAt, lastEventId: text.eventId, events: text.events, uncertain: false,
    };
  }

  /** Keeps what was taken, behind what is there. False where the two do not meet: then the fold's further parts are of no use. */
  async keep(stream: string, taken: TakenFold): Promise<boolean> {
    const logId = await this.store.logId();
    return onPostgres(() => this.database.transaction(async (transaction) => {
      const [row] = await transaction.query<HeadRow[]>(`${READ_HEAD} FOR UPDATE`, [stream]);
      const continues = row?.log_id === logId && row.form === BOOK_FORM && BigInt(row.base_revision) === taken.baseRevision;
      if (continues && BigInt(row.revision) >= taken.revision) return true;
      if (taken.after !== undefined && !(continues && BigInt(row.revision) >= taken.after)) return false;
      // A chunk may repeat what another process wrote after `after`: values of a key, and places, only ever get newer.
      const number = continues ? row.chunks + 1 : 1;
      const chain = chained(continues ? row.chain : '', taken.chunk);
      const head = { log_id: logId, form: BOOK_FORM, base_revision: taken.baseRevision.toString(), revision: taken.revision.toString(), head: taken.head, chunks: number, chain };
      if (!continues) await transaction.query('DELETE FROM command.fold_chunks WHERE stream = $1', [stream]);
      await transaction.query('INSERT INTO command.fold_chunks (stream, number, bytes) VALUES ($1, $2, $3)', [stream, number, taken.chunk]);
      await transaction.query(WRITE_HEAD, [stream, ...Object.values(head), this.sealOf(stream, head)]);
      return true;
    }));
  }

  /** An HMAC under the server's secret, so that nobody who can only write to Postgres makes a balance up. */
  private sealOf(stream: string, { log_id: logId, form, base_revision: base, revision, head, chunks, chain }: Omit<HeadRow, 'seal'>): string {
    return this.vault.inputHash(JSON.stringify(['kept fold', stream, logId, form, base, revision, head, chunks, chain]));
  }

  private async isInLog(stream: string, revision: bigint, eventId: string): Promise<boolean> {
    for await (const { id } of this.store.readStream(stream, revision, 1)) return id === eventId;
    return false;
  }

  private async disbelieved(stream: string, why: string): Promise<undefined> {
    this.log.warn({ stream, why }, 'a kept fold is not believed; the book is read from the log');
    await onPostgres(() => this.database.query('DELETE FROM command.fold_heads WHERE stream = $1', [stream]));
    return undefined;
  }
}
