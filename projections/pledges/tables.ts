import { KnownPositions, LookupTable, TreePaths, uniqueKey } from '@ledger/projection-runtime';

export const known = new KnownPositions('pledges_known');
export const tree = new TreePaths('unit');
export const homes = new LookupTable('fund_home', { fund_id: 'uuid', association_id: 'uuid', root_code: 'text' });

/** `position` and `cancelled_position` are where the promise and its cancelling stand in the log. */
export const PLEDGE_COLUMNS = {
  pledge_id: 'uuid', root_code: 'text', code: 'text', donor_id: 'uuid', fund_id: 'uuid', association_id: 'uuid', campaign_id: 'uuid', under: 'uuid[]',
  amount: 'bigint', pledged_on: 'date', due_on: 'date', position: 'bigint',
} as const;
/** What came in on a pledge, adjustments included, each at its place in the log. */
export const RECEIPT_COLUMNS = { pledge_id: 'uuid', position: 'bigint', day: 'date', amount: 'bigint' } as const;

const OPTIONAL = new Set(['campaign_id', 'due_on']);
const CODES = new Set(['root_code', 'code']);

export function tables(schema: string): string[] {
  const columns = Object.entries(PLEDGE_COLUMNS).map(([name, type]) => `${name} ${type}${CODES.has(name) ? ' COLLATE "C"' : ''}${OPTIONAL.has(name) ? '' : ' NOT NULL'}`);
  return [
    known.definition(schema),
    tree.definition(schema),
    homes.definition(schema),
    `CREATE TABLE ${schema}.pledge (${columns.join(', ')}, cancelled_on date, cancelled_position bigint, PRIMARY KEY (pledge_id))`,
    `CREATE TABLE ${schema}.receipt (${Object.entries(RECEIPT_COLUMNS).map(([name, type]) => `${name} ${type} NOT NULL`).join(', ')})`,
  ];
}

export function indexes(schema: string): string[] {
  return [
    uniqueKey(schema, 'receipt', 'pledge_id, position'),
    `CREATE INDEX ON ${schema}.pledge (root_code, code, pledge_id)`,
    `CREATE INDEX ON ${schema}.pledge USING gin (under) WITH (fastupdate = off)`,
    ...['fund_id', 'donor_id', 'association_id', 'campaign_id'].map((column) => `CREATE INDEX ON ${schema}.pledge (${column}, root_code, code, pledge_id)`),
  ];
}

export function views(schema: string): Record<string, string> {
  return {
    pledge_promise: `SELECT ${Object.keys(PLEDGE_COLUMNS).join(', ')}, cancelled_on, cancelled_position FROM ${schema}.pledge`,
    pledge_receipt: `SELECT ${Object.keys(RECEIPT_COLUMNS).join(', ')} FROM ${schema}.receipt`,
    pledge_standing: `SELECT p.pledge_id, p.root_code, p.code, p.donor_id, p.fund_id, p.association_id, p.campaign_id, p.pledged_on, p.due_on, p.cancelled_on,
      p.amount AS pledged, r.received, ${outstanding('p.cancelled_on IS NOT NULL', 'p.amount', 'r.received')} AS outstanding
      FROM ${schema}.pledge p, LATERAL (SELECT coalesce(sum(amount), 0) AS received FROM ${schema}.receipt WHERE receipt.pledge_id = p.pledge_id) AS r`,
    ...known.views(schema),
  };
}

/** What is still to come; of a cancelled pledge nothing is. */
export function outstanding(isCancelled: string, pledged: string, received: string): string {
  return `CASE WHEN ${isCancelled} THEN 0 ELSE greatest(0, ${pledged} - ${received}) END`;
}
