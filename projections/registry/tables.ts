import type { Columns } from '@ledger/projection-runtime';

/** What a thing is found by: its code within its tree. Codes compare bytewise, so that pages do not depend on a locale. */
const CODED = { root_code: 'text', code: 'text' } as const;
const PERSON = { ...CODED, kind: 'text', name: 'text', sealed: 'text', name_hashes: 'text[]' } as const;

/** Columns by table; the first is the id. `under` leads from the association up to its root. */
export const COLUMNS = {
  association: { association_id: 'uuid', ...CODED, root_id: 'uuid', parent_id: 'uuid', name: 'text', level: 'text', members: 'bigint', established_on: 'date', under: 'uuid[]', named_on: 'date', counted_on: 'date' },
  fund: { fund_id: 'uuid', ...CODED, association_id: 'uuid', name: 'text', restriction: 'text', purpose: 'text', opened_on: 'date', under: 'uuid[]', named_on: 'date' },
  campaign: { campaign_id: 'uuid', ...CODED, association_id: 'uuid', name: 'text', starts_on: 'date', ends_on: 'date', target: 'bigint' },
  scholarship_program: { program_id: 'uuid', ...CODED, fund_id: 'uuid', name: 'text', partner: 'text' },
  pledge: { pledge_id: 'uuid', ...CODED, donor_id: 'uuid', fund_id: 'uuid', campaign_id: 'uuid', amount: 'bigint', pledged_on: 'date', due_on: 'date', cancelled_on: 'date' },
  donor: { donor_id: 'uuid', ...PERSON },
  beneficiary: { beneficiary_id: 'uuid', ...PERSON, association_id: 'uuid', school: 'text' },
} as const satisfies Readonly<Record<string, Columns>>;
export type Table = keyof typeof COLUMNS;

/** May be absent; everything else is required. */
const OPTIONAL = new Set(['parent_id', 'established_on', 'purpose', 'starts_on', 'ends_on', 'target', 'partner', 'campaign_id', 'due_on', 'cancelled_on', 'name', 'sealed', 'school', 'named_on', 'counted_on']);
const PERSONS: readonly Table[] = ['donor', 'beneficiary'];

const INDEXES: readonly (readonly [Table, string])[] = [
  ['association', '(parent_id, code)'], ['association', 'USING gin (under) WITH (fastupdate = off)'],
  ['fund', '(association_id, code)'], ['fund', 'USING gin (under) WITH (fastupdate = off)'],
  ['campaign', '(association_id, code)'], ['scholarship_program', '(fund_id, code)'], ['pledge', '(fund_id, code)'], ['pledge', '(donor_id, code)'], ['pledge', '(campaign_id, code)'],
  ['donor', 'USING gin (name_hashes)'], ['beneficiary', 'USING gin (name_hashes)'], ['beneficiary', '(association_id, code)'],
];

export function tables(schema: string): string[] {
  return (Object.keys(COLUMNS) as Table[]).map((table) => definition(schema, table));
}

export function indexes(schema: string): string[] {
  const byCode = (Object.keys(COLUMNS) as Table[]).map((table): readonly [Table, string] => [table, `(root_code, code, ${Object.keys(COLUMNS[table])[0]})`]);
  return [...byCode, ...INDEXES].map(([table, index]) => `CREATE INDEX ON ${schema}.${table} ${index}`);
}

function definition(schema: string, table: Table): string {
  const [id = '', ...columns] = Object.entries(COLUMNS[table]).map(([name, type]) =>
    `${name} ${type}${name === 'code' || name === 'root_code' ? ' COLLATE "C"' : ''}${OPTIONAL.has(name) ? '' : ' NOT NULL'}`);
  const erased = PERSONS.includes(table) ? ', erased boolean NOT NULL DEFAULT false' : '';
  return `CREATE TABLE ${schema}.${table} (${id} PRIMARY KEY, ${columns.join(', ')}${erased})`;
}

const HIDDEN = new Set(['sealed', 'name_hashes', 'named_on', 'counted_on']);

/** Names of persons are in none of these: `name` of a donor or beneficiary is an organisation's or a group's. */
export function views(schema: string): Record<string, string> {
  return Object.fromEntries((Object.keys(COLUMNS) as Table[]).map((table) => {
    const shown = [...Object.keys(COLUMNS[table]).filter((column) => !HIDDEN.has(column)), ...(PERSONS.includes(table) ? ['erased'] : [])];
    return [table, `SELECT ${shown.join(', ')} FROM ${schema}.${table}`];
  }));
}

export function sealedViews(schema: string): Record<string, string> {
  return Object.fromEntries(PERSONS.map((table) => [table, `SELECT ${[...Object.keys(COLUMNS[table]), 'erased'].join(', ')} FROM ${schema}.${table}`]));
}
