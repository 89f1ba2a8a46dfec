import type { DataSource } from 'typeorm';
import { Gate } from '@ledger/kernel';
import type { RecordedEvent } from '@ledger/kernel';
import type { EventStore } from '@ledger/event-store';
import { silenceAllowed, soonOnPostgres } from '../postgres-away.js';
import { addToIndex } from './index-writer.js';

/** What is looked for in one book's stretch before the fold's base. */
export type Ask =
  | { readonly by: 'number'; readonly kind: string; readonly year: number; readonly number: number }
  | { readonly by: 'reference'; readonly kind: string; readonly externalReference: string }
  | { readonly by: 'scholarship' | 'transfer' | 'adjustment'; readonly id: string };

// One branch per way of asking, so that each uses its own index.
const FIND = `
  WITH asks AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::int[], $5::int[], $6::text[], $7::uuid[])
      WITH ORDINALITY AS a("by", kind, year, number, reference, id, place)
  )
  SELECT a.place, i.revision FROM asks a JOIN command.voucher_index i
    ON a."by" = 'number' AND i.stream = $1 AND i.kind = a.kind AND i.year = a.year AND i.number = a.number
  UNION ALL
  SELECT a.place, i.revision FROM asks a JOIN command.voucher_index i
    ON a."by" = 'reference' AND i.stream = $1 AND i.kind = a.kind AND i.external_reference = a.reference
  UNION ALL
  SELECT a.place, i.revision FROM asks a JOIN command.voucher_index i ON a."by" = 'scholarship' AND i.stream = $1 AND i.scholarship_id = a.id
  UNION ALL
  SELECT a.place, i.revision FROM asks a JOIN command.voucher_index i ON a."by" = 'transfer' AND i.stream = $1 AND i.transfer_id = a.id
  UNION ALL
  SELECT a.place, i.revision FROM asks a JOIN command.voucher_index i ON a."by" = 'adjustment' AND i.stream = $1 AND i.adjustment_id = a.id
  ORDER BY place, revision`;

const COVERAGE = 'SELECT through FROM command.indexed_books WHERE stream = $1 AND log_id = $2';

/** Events of a book that are indexed in one statement. */
const STRETCH = 1_000;
/** Books indexed at the same time. */
const BOOKS_AT_ONCE = 2;

/**
 * The places of vouchers in the closed stretches of books. A place is a hint; the event there is the truth. A book is
 * indexed when somebody needs it: before it is closed, or, where the index was lost, when its past is asked for.
 */
export class VoucherIndex {
  private readonly indexing = new Map<string, Promise<void>>();
  private readonly gate = new Gate(BOOKS_AT_ONCE);

  constructor(
    private readonly database: DataSource,
    private readonly store: Pick<EventStore, 'readStream' | 'logId'>,
  ) {}

  /** Revisions per ask, lowest first; none where the index knows nothing. Throws PostgresAway. */
  async find(stream: string, asks: readonly Ask[]): Promise<bigint[][]> {
    if (asks.length === 0) return [];
    const column = <Value>(value: (ask: Ask) => Value | undefined) => asks.map((ask) => value(ask) ?? null);
    const rows = await soonOnPostgres(silenceAllowed(this.database), () =>
      this.database.query<{ place: string; revision: string }[]>(FIND, [
        stream,
        asks.map((ask) => ask.by),
        column((ask) => ('kind' in ask ? ask.kind : undefined)),
        column((ask) => (ask.by === 'number' ? ask.year : undefined)),
        column((ask) => (ask.by === 'number' ? ask.number : undefined)),
        column((ask) => (ask.by === 'reference' ? ask.externalReference : undefined)),
        column((ask) => ('id' in ask ? ask.id : undefined)),
      ]),
    );
    const found: bigint[][] = asks.map(() => []);
    for (const row of rows) found[Number(row.place) - 1]!.push(BigInt(row.revision));
    return found;
  }

  /** Where the book was closed last, as far as the index has come. */
  async lastClosing(stream: string): Promise<bigint | undefined> {
    const [row] = await soonOnPostgres(silenceAllowed(this.database), () =>
      this.database.query<{ revision: string | null }[]>(`SELECT max(revision) AS revision FROM command.voucher_index WHERE stream = $1 AND kind = 'closing'`, [stream]),
    );
    return row?.revision == null ? undefined : BigInt(row.revision);
  }

  /**
   * Sees to it that the index covers the book through that revision. False where that takes longer than the time in
   * milliseconds; it goes on meanwhile. Throws PostgresAway and StoreUnavailable.
   */
  async covers(stream: string, through: bigint, timeoutMs: number): Promise<boolean> {
    if (through < 0n || (await this.coverage(stream)) >= through) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, timeoutMs, false)));
    const done = this.indexThrough(stream, through).then(() => true);
    try {
      return await Promise.race([done, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async coverage(stream: string): Promise<bigint> {
    const logId = await this.store.logId();
    const [row] = await soonOnPostgres(silenceAllowed(this.database), () => this.database.query<{ through: string }[]>(COVERAGE, [stream, logId]));
    return row ? BigInt(row.through) : -1n;
  }

  /** One pass at a time over a book; who comes while one is under way looks again after it. */
  private async indexThrough(stream: string, through: bigint): Promise<void> {
    for (let underWay = this.indexing.get(stream); underWay; underWay = this.indexing.get(stream)) await underWay;
    const pass = this.gate.through(() => this.pass(stream, through)).finally(() => this.indexing.delete(stream));
    this.indexing.set(stream, pass);
    return pass;
  }

  private async pass(stream: string, through: bigint): Promise<void> {
    const logId = await this.store.logId();
    const from = (await this.coverage(stream)) + 1n;
    let stretch: RecordedEvent[] = [];
    for await (const event of this.store.readStream(stream, from, Math.max(0, Number(through - from) + 1))) {
      stretch.push(event);
      if (stretch.length < STRETCH) continue;
      await addToIndex(this.database, logId, stretch);
      stretch = [];
    }
    await addToIndex(this.database, logId, stretch);
  }
}
