import type { DataSource } from 'typeorm';
import type { RecordedEvent } from '@ledger/kernel';
import { soonOnPostgres } from '../postgres-away.js';

/** What is looked for in one book's stretch before the fold's base. */
export type Ask =
  | { readonly by: 'number'; readonly kind: string; readonly year: number; readonly number: number }
  | { readonly by: 'reference'; readonly kind: string; readonly externalReference: string }
  | { readonly by: 'scholarship' | 'transfer' | 'adjustment'; readonly id: string };

interface IndexRow {
  readonly stream: string;
  readonly revision: string;
  readonly kind: string;
  readonly year: number;
  readonly number: number;
  readonly externalReference: string | null;
  readonly scholarshipId: string | null;
  readonly transferId: string | null;
  readonly adjustmentId: string | null;
}

export type SqlRunner = { query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> };

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

const ADD = `
  INSERT INTO command.voucher_index (stream, revision, kind, year, number, external_reference, scholarship_id, transfer_id, adjustment_id)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::int[], $5::int[], $6::text[], $7::uuid[], $8::uuid[], $9::uuid[])
  ON CONFLICT DO NOTHING`;

/** The places of vouchers in their books, fed from the log by the courier. A place is a hint; the event there is the truth. */
export class VoucherIndex {
  constructor(private readonly database: DataSource) {}

  /** Revisions per ask, lowest first; none where the index knows nothing. Throws PostgresAway. */
  async find(stream: string, asks: readonly Ask[]): Promise<bigint[][]> {
    if (asks.length === 0) return [];
    const column = <Value>(value: (ask: Ask) => Value | undefined) => asks.map((ask) => value(ask) ?? null);
    const rows = await soonOnPostgres(() =>
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
    const [row] = await soonOnPostgres(() =>
      this.database.query<{ revision: string | null }[]>(`SELECT max(revision) AS revision FROM command.voucher_index WHERE stream = $1 AND kind = 'closing'`, [stream]),
    );
    return row?.revision == null ? undefined : BigInt(row.revision);
  }

  /** The log position that the index has come to; −1 before its first event. */
  async coverage(): Promise<bigint> {
    const [row] = await soonOnPostgres(() => this.database.query<{ indexed_through: string }[]>('SELECT indexed_through FROM command.courier_checkpoint'));
    return row ? BigInt(row.indexed_through) : -1n;
  }

  /** Waits until the index covers the position; false where it does not within the time (milliseconds). */
  async waitUntilCovers(position: bigint, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while ((await this.coverage()) < position) {
      if (performance.now() >= deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return true;
  }
}

const BOOK = 'fundBook-';
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function indexRow(event: RecordedEvent): IndexRow | undefined {
  if (!event.stream.startsWith(BOOK)) return undefined;
  const data = event.data as { voucher?: { kind: string; year: number; number: number } } & Record<string, unknown>;
  if (!data.voucher) return undefined;
  return {
    stream: event.stream,
    revision: event.revision.toString(),
    ...data.voucher,
    externalReference: text(data['externalReference']),
    scholarshipId: event.type === 'ScholarshipAwarded' ? text(data['scholarshipId']) : null,
    transferId: event.type === 'TransferReceived' ? text(data['transferId']) : null,
    adjustmentId: event.type === 'TransferAdjusted' ? text(data['adjustmentId']) : null,
  };
}

/** Adds the vouchers among the events in one statement; those already there stay as they are. */
export async function addToIndex(runner: SqlRunner, events: readonly RecordedEvent[]): Promise<void> {
  const rows = events.flatMap((event) => indexRow(event) ?? []);
  if (rows.length === 0) return;
  const column = (name: keyof IndexRow) => rows.map((row) => row[name]);
  await runner.query(ADD, [
    column('stream'), column('revision'), column('kind'), column('year'), column('number'),
    column('externalReference'), column('scholarshipId'), column('transferId'), column('adjustmentId'),
  ]);
}
