import { KnownPositions, POSTING_COLUMNS, POSTING_ORDER, PostingAnchors, uniqueKey, unsearched } from '@ledger/projection-runtime';
import { FIGURES, monthSums, sqlMonthOf, sums } from './sums.js';

export const anchors = new PostingAnchors();
export const known = new KnownPositions('fund_statement_known');

const AMOUNTS = Object.fromEntries(FIGURES.map((figure) => [figure, 'bigint']));
/** Columns of a movement that everybody may read. `revision` is its place in the fund's book. */
export const MOVEMENT_COLUMNS = {
  fund_id: 'uuid', ...POSTING_COLUMNS, ...AMOUNTS, event_type: 'text', event_id: 'uuid', revision: 'bigint', actor_id: 'text', recorded_at: 'timestamptz',
  voucher_kind: 'text', voucher_year: 'integer', voucher_number: 'integer', external_reference: 'text', document_date: 'date',
  donor_id: 'uuid', beneficiary_id: 'uuid', other_fund_id: 'uuid', campaign_id: 'uuid', pledge_id: 'uuid', scholarship_id: 'uuid', instalment: 'integer',
  transfer_id: 'uuid', sent_on: 'date', purpose: 'text',
  adjusts_fund_id: 'uuid', adjusts_kind: 'text', adjusts_year: 'integer', adjusts_number: 'integer', adjusts_revision: 'bigint',
  description: 'text', reason: 'text',
} as const;
/** Free text that names a person, sealed under that person's key. */
export const SEALED_COLUMNS = { description_of: 'uuid', description_sealed: 'text', reason_of: 'uuid', reason_sealed: 'text' } as const;
export const ALL_COLUMNS = { ...MOVEMENT_COLUMNS, ...SEALED_COLUMNS } as Readonly<Record<string, string>>;

const REQUIRED = new Set(['fund_id', ...Object.keys(POSTING_COLUMNS), ...FIGURES, 'event_type', 'event_id', 'revision', 'actor_id', 'recorded_at', 'voucher_kind', 'voucher_year', 'voucher_number', 'document_date']);

export function tables(schema: string): string[] {
  const columns = Object.entries(ALL_COLUMNS).map(([name, type]) => `${name} ${type}${REQUIRED.has(name) ? ' NOT NULL' : ''}`);
  return [
    anchors.definition(schema),
    known.definition(schema),
    sums.definition(schema),
    monthSums.definition(schema),
    `CREATE TABLE ${schema}.movement (${columns.join(', ')})`,
    unsearched(`${schema}.movement`, FIGURES),
  ];
}

export function indexes(schema: string): string[] {
  return [
    uniqueKey(schema, 'movement', `fund_id, ${POSTING_ORDER}`),
    `CREATE INDEX ON ${schema}.movement (fund_id, position)`,
    `CREATE INDEX ON ${schema}.movement (adjusts_fund_id, adjusts_revision, position) WHERE adjusts_fund_id IS NOT NULL`,
  ];
}

const PLAIN = Object.keys(MOVEMENT_COLUMNS).join(', ');
const RUNNING = FIGURES.map((figure) => `sum(${figure}) OVER posted AS ${figure}_after`).join(', ');

export function views(schema: string): Record<string, string> {
  return {
    fund_movement: `SELECT ${PLAIN} FROM ${schema}.movement`,
    fund_statement: `SELECT ${PLAIN}, ${RUNNING} FROM ${schema}.movement WINDOW posted AS (PARTITION BY fund_id ORDER BY ${POSTING_ORDER})`,
    fund_statement_sum: `SELECT fund_id, day, block_anchor, block_seq, ${FIGURES.join(', ')} FROM ${schema}.movement_sum`,
    fund_statement_month: `SELECT fund_id, month, ${FIGURES.join(', ')} FROM ${schema}.movement_month`,
    ...known.views(schema),
  };
}

/** Version 1 kept no sums of months. */
export function newViewsOverFormer(schema: string): Record<string, string> {
  const summed = FIGURES.map((figure) => `sum(${figure}) AS ${figure}`).join(', ');
  return { fund_statement_month: `SELECT fund_id, ${sqlMonthOf('day')} AS month, ${summed} FROM ${schema}.movement_sum GROUP BY 1, 2` };
}

export function sealedViews(schema: string): Record<string, string> {
  const sealed = Object.keys(SEALED_COLUMNS).join(', ');
  return {
    fund_movement: `SELECT ${PLAIN}, ${sealed} FROM ${schema}.movement`,
    // Nothing of ours reads it any more; where it was made it must follow the live build, or the former one's tables could not be dropped.
    fund_movement_text: `SELECT fund_id, position, ${sealed} FROM ${schema}.movement`,
  };
}
