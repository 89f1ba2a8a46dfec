import { KnownPositions, POSTING_COLUMNS, POSTING_ORDER, PostingAnchors, derivedColumns, uniqueKey } from '@ledger/projection-runtime';
import { HISTORY_FIGURES, MEASURES, SUMMED } from './totals.js';

export const anchors = new PostingAnchors();
export const known = new KnownPositions('beneficiary_histories_known');

export const BENEFICIARY_COLUMNS = { beneficiary_id: 'uuid', root_code: 'text', code: 'text', kind: 'text', association_id: 'uuid', position: 'bigint' } as const;
export const ENTRY_COLUMNS = {
  beneficiary_id: 'uuid', ...POSTING_COLUMNS, kind: 'text', amount: 'bigint', reference: 'text', fund_id: 'uuid', association_id: 'uuid', scholarship_id: 'uuid',
  instalment: 'integer', award_id: 'uuid', title: 'text', award_kind: 'text', purpose: 'text', account: 'text',
  voucher_kind: 'text', voucher_year: 'integer', voucher_number: 'integer', event_id: 'uuid', recorded_at: 'timestamptz',
} as const;

const REQUIRED = new Set(['beneficiary_id', ...Object.keys(POSTING_COLUMNS), 'kind', 'amount', 'reference', 'event_id', 'recorded_at']);

export function tables(schema: string): string[] {
  const columns = Object.entries(ENTRY_COLUMNS).map(([name, type]) => `${name} ${type}${REQUIRED.has(name) ? ' NOT NULL' : ''}`);
  return [
    anchors.definition(schema),
    known.definition(schema),
    `CREATE TABLE ${schema}.entry (${columns.join(', ')})`,
    `CREATE TABLE ${schema}.beneficiary (beneficiary_id uuid PRIMARY KEY, root_code text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, kind text NOT NULL, association_id uuid NOT NULL, position bigint NOT NULL)`,
  ];
}

export function indexes(schema: string): string[] {
  return [
    uniqueKey(schema, 'entry', `beneficiary_id, ${POSTING_ORDER}`),
    `CREATE INDEX ON ${schema}.beneficiary (root_code, code)`,
  ];
}

export function views(schema: string): Record<string, string> {
  return {
    beneficiary_history: `SELECT ${Object.keys(ENTRY_COLUMNS).join(', ')} FROM ${schema}.entry`,
    // Of one beneficiary a handful of entries is added up; keeping the sums cost more than all the rest of the projection.
    beneficiary_total: `SELECT b.beneficiary_id, b.root_code, b.code, b.kind, b.association_id, ${MEASURES.join(', ')}, ${derivedColumns(HISTORY_FIGURES)}, b.position
      FROM ${schema}.beneficiary b, LATERAL (SELECT ${MEASURES.map((measure) => `(${SUMMED[measure]})::numeric AS ${measure}`).join(', ')} FROM ${schema}.entry e WHERE e.beneficiary_id = b.beneficiary_id) AS t`,
    ...known.views(schema),
  };
}
