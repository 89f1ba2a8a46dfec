import type { DataSource } from 'typeorm';
import type { RecordedEvent } from '@ledger/kernel';
import { onPostgres } from '../postgres-away.js';

interface IndexRow {
  readonly revision: string;
  readonly kind: string;
  readonly year: number;
  readonly number: number;
  readonly externalReference: string | null;
  readonly scholarshipId: string | null;
  readonly transferId: string | null;
  readonly adjustmentId: string | null;
}

// Rows and coverage together. A row that stands there already may be another log's.
const ADD = `
  WITH added AS (
    INSERT INTO command.voucher_index (stream, revision, kind, year, number, external_reference, scholarship_id, transfer_id, adjustment_id)
    SELECT $1, w.* FROM unnest($4::bigint[], $5::text[], $6::int[], $7::int[], $8::text[], $9::uuid[], $10::uuid[], $11::uuid[]) AS w
    ON CONFLICT (stream, revision) DO UPDATE SET
      kind = EXCLUDED.kind, year = EXCLUDED.year, number = EXCLUDED.number, external_reference = EXCLUDED.external_reference,
      scholarship_id = EXCLUDED.scholarship_id, transfer_id = EXCLUDED.transfer_id, adjustment_id = EXCLUDED.adjustment_id
  )
  INSERT INTO command.indexed_books AS b (stream, log_id, through) VALUES ($1, $2, $3::bigint)
  ON CONFLICT (stream) DO UPDATE SET log_id = EXCLUDED.log_id,
    through = CASE WHEN b.log_id = EXCLUDED.log_id THEN greatest(b.through, EXCLUDED.through) ELSE EXCLUDED.through END`;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function indexRow(event: RecordedEvent): IndexRow | undefined {
  const data = event.data as { voucher?: { kind: string; year: number; number: number } } & Record<string, unknown>;
  if (!data.voucher) return undefined;
  return {
    revision: event.revision.toString(),
    ...data.voucher,
    externalReference: text(data['externalReference']),
    scholarshipId: event.type === 'ScholarshipAwarded' ? text(data['scholarshipId']) : null,
    transferId: event.type === 'TransferReceived' ? text(data['transferId']) : null,
    adjustmentId: event.type === 'TransferAdjusted' ? text(data['adjustmentId']) : null,
  };
}

/** Adds a stretch of one book's events to the index, which then covers the book through the last of them. */
export async function addToIndex(database: DataSource, logId: string, events: readonly RecordedEvent[]): Promise<void> {
  const last = events.at(-1);
  if (!last) return;
  const rows = events.flatMap((event) => indexRow(event) ?? []);
  const column = (name: keyof IndexRow) => rows.map((row) => row[name]);
  await onPostgres(() => database.query(ADD, [
    last.stream, logId, last.revision.toString(), column('revision'), column('kind'), column('year'), column('number'),
    column('externalReference'), column('scholarshipId'), column('transferId'), column('adjustmentId'),
  ]));
}
