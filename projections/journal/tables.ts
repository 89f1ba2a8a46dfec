import { KnownPositions, SumTable, TreePaths, uniqueKey } from '@ledger/projection-runtime';
import { ACCOUNT_CODES, CHART } from './chart.js';
import type { AccountCode } from './chart.js';

export const known = new KnownPositions('journal_known');
export const tree = new TreePaths('unit');

export const FUND_COLUMNS = { fund_id: 'uuid', association_id: 'uuid', under: 'uuid[]', code: 'text', restriction: 'text' } as const;
/** An entry is what one event booked: all postings of one position, numbered by `line`. */
export const POSTING_COLUMNS = {
  fund_id: 'uuid', day: 'date', position: 'bigint', line: 'smallint', debit_account: 'text', credit_account: 'text', amount: 'bigint',
  event_type: 'text', voucher_kind: 'text', voucher_year: 'integer', voucher_number: 'integer', external_reference: 'text',
} as const;
type Side = 'debit' | 'credit';
const sumsOf = <On extends Side>(side: On): { readonly [Code in AccountCode]: `${On}_${Code}` } =>
  Object.fromEntries(ACCOUNT_CODES.map((account) => [account, `${side}_${account}`])) as { readonly [Code in AccountCode]: `${On}_${Code}` };
/** The columns of an account. */
export const DEBIT = sumsOf('debit');
export const CREDIT = sumsOf('credit');
/**
 * One row per fund and day on which something was posted, with two columns for each account: a row for each account of a
 * day would be ten times as many rows.
 */
export const accountDay = new SumTable('account_day', { fund_id: 'uuid', day: 'date' }, ACCOUNT_CODES.flatMap((account) => [DEBIT[account], CREDIT[account]]));

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
    uniqueKey(schema, 'posting', 'fund_id, day, position, line'),
    `CREATE INDEX ON ${schema}.posting (position)`,
    `CREATE INDEX ON ${schema}.fund USING gin (under) WITH (fastupdate = off)`,
    `CREATE INDEX ON ${schema}.fund (association_id)`,
  ];
}

export function views(schema: string): Record<string, string> {
  const postings = Object.keys(POSTING_COLUMNS).join(', ');
  const line = (side: Side): string => `SELECT fund_id, day, position, line, ${side}_account AS account,
    ${side === 'debit' ? 'amount' : '0::bigint'} AS debit, ${side === 'credit' ? 'amount' : '0::bigint'} AS credit FROM ${schema}.posting`;
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const chart = ACCOUNT_CODES.map((code) => `(${[code, CHART[code].kind, CHART[code].side, CHART[code].vi, CHART[code].en].map(quoted).join(', ')})`);
  const sums = ACCOUNT_CODES.map((account) => `('${account}', ${DEBIT[account]}, ${CREDIT[account]})`);
  return {
    account: `SELECT account, kind, normal_side, name_vi, name_en FROM (VALUES ${chart.join(', ')}) AS chart(account, kind, normal_side, name_vi, name_en)`,
    journal_fund: `SELECT ${Object.keys(FUND_COLUMNS).join(', ')} FROM ${schema}.fund`,
    journal_posting: `SELECT ${postings} FROM ${schema}.posting`,
    journal_line: `${line('debit')} UNION ALL ${line('credit')}`,
    account_day: `SELECT fund_id, account, day, debit, credit FROM ${schema}.account_day, LATERAL (VALUES ${sums.join(', ')}) AS sums(account, debit, credit) WHERE debit <> 0 OR credit <> 0`,
    ...known.views(schema),
  };
}
