import { KnownPositions, SumTable, TreePaths } from '@ledger/projection-runtime';
import { ACCOUNT_CODES, CHART } from './chart.js';

export const known = new KnownPositions('journal_known');
export const tree = new TreePaths('unit');

export const FUND_COLUMNS = { fund_id: 'uuid', association_id: 'uuid', under: 'uuid[]', code: 'text', restriction: 'text' } as const;
/** An entry is what one event booked: all postings of one position, numbered by `line`. */
export const POSTING_COLUMNS = {
  fund_id: 'uuid', day: 'date', position: 'bigint', line: 'smallint', debit_account: 'text', credit_account: 'text', amount: 'bigint',
  event_type: 'text', voucher_kind: 'text', voucher_year: 'integer', voucher_number: 'integer', external_reference: 'text',
} as const;
/** One row per fund, account and day on which something was posted to it. */
export const accountDay = new SumTable('account_day', { fund_id: 'uuid', account: 'text', day: 'date' }, ['debit', 'credit']);

export function tables(schema: string): string[] {
  const postings = Object.entries(POSTING_COLUMNS).map(([name, type]) => `${name} ${type}${name === 'external_reference' ? '' : ' NOT NULL'}`);
  const funds = Object.entries(FUND_COLUMNS).map(([name, type]) => `${name} ${type} NOT NULL`);
  return [
    known.definition(schema),
    tree.definition(schema),
    `CREATE TABLE ${schema}.fund (${funds.join(', ')}, PRIMARY KEY (fund_id))`,
    `CREATE TABLE ${schema}.posting (${postings.join(', ')}, CHECK (amount > 0 AND debit_account <> credit_account))`,
    accountDay.definition(schema),
  ];
}

export function indexes(schema: string): string[] {
  return [
    `ALTER TABLE ${schema}.posting ADD PRIMARY KEY (fund_id, day, position, line)`,
    `CREATE INDEX ON ${schema}.posting (position)`,
    `CREATE INDEX ON ${schema}.fund USING gin (under) WITH (fastupdate = off)`,
    `CREATE INDEX ON ${schema}.fund (association_id)`,
  ];
}

export function views(schema: string): Record<string, string> {
  const postings = Object.keys(POSTING_COLUMNS).join(', ');
  const line = (side: 'debit' | 'credit'): string => `SELECT fund_id, day, position, line, ${side}_account AS account,
    ${side === 'debit' ? 'amount' : '0::bigint'} AS debit, ${side === 'credit' ? 'amount' : '0::bigint'} AS credit FROM ${schema}.posting`;
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const chart = ACCOUNT_CODES.map((code) => `(${[code, CHART[code].kind, CHART[code].side, CHART[code].vi, CHART[code].en].map(quoted).join(', ')})`);
  return {
    account: `SELECT account, kind, normal_side, name_vi, name_en FROM (VALUES ${chart.join(', ')}) AS chart(account, kind, normal_side, name_vi, name_en)`,
    journal_fund: `SELECT ${Object.keys(FUND_COLUMNS).join(', ')} FROM ${schema}.fund`,
    journal_posting: `SELECT ${postings} FROM ${schema}.posting`,
    journal_line: `${line('debit')} UNION ALL ${line('credit')}`,
    account_day: `SELECT fund_id, account, day, debit, credit FROM ${schema}.account_day`,
    ...known.views(schema),
  };
}
