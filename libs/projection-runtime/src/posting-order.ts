import type { RecordedEvent } from '@ledger/kernel';
import { insertRows } from './bulk-rows.js';
import type { Transaction } from './projection.js';

/**
 * The order in which what happened was posted, as one total order: effective day, then the anchor, then `seq`, then log
 * position. The anchor of an event is its own position; that of an imported set's event is the position at which the
 * projection first saw the set. So within a day an imported set keeps its own order, whichever way it went into the log,
 * and stands as a whole before or after what was entered by hand.
 */
export const POSTING_COLUMNS = { day: 'date', anchor: 'bigint', seq: 'numeric', position: 'bigint' } as const;
export const POSTING_ORDER = 'day, anchor, seq, position';

export interface PostingKey { readonly day: string; readonly anchor: string; readonly seq: string; readonly position: string }

/** Remembers at which position each imported set was first seen. */
export class PostingAnchors {
  definition(schema: string): string {
    return `CREATE TABLE ${schema}.imported_set (set_id text PRIMARY KEY, anchor bigint NOT NULL)`;
  }

  /** Answers the cells of POSTING_COLUMNS for events of the batch; `batch` is in log order. */
  async read(transaction: Transaction, schema: string, batch: readonly RecordedEvent[]): Promise<(event: RecordedEvent, day: string) => [string, bigint, string, bigint]> {
    const first = new Map<string, bigint>();
    for (const { metadata, position } of batch) if (metadata.source && !first.has(metadata.source.set)) first.set(metadata.source.set, position);
    const rows = first.size === 0 ? [] : await transaction.query<{ set_id: string; anchor: string }>(`SELECT set_id, anchor::text AS anchor FROM ${schema}.imported_set WHERE set_id = ANY($1)`, [[...first.keys()]]);
    const anchors = new Map(rows.map((row) => [row.set_id, BigInt(row.anchor)]));
    const unseen = [...first].filter(([set]) => !anchors.has(set));
    for (const [set, position] of unseen) anchors.set(set, position);
    await insertRows(transaction, `${schema}.imported_set`, { set_id: 'text', anchor: 'bigint' }, unseen);
    return ({ metadata: { source }, position }, day) => [day, (source && anchors.get(source.set)) ?? position, source?.seq ?? '0', position];
  }
}
