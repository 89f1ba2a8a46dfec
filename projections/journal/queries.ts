import { SqlParameters, readReflected } from '@ledger/projection-runtime';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import type { AccountCode } from './chart.js';
import { JOURNAL } from './journal.projection.js';
import { known } from './tables.js';

/** One fund, the funds that an association holds, or those of the association and all units below it. */
export type TrialScope =
  | { readonly fundId: string }
  | { readonly associationId: string; readonly withDescendants: boolean };

export interface TrialQuestion {
  /** First and last effective day of the period, both included; a side left out is open. */
  readonly from?: string;
  readonly to?: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

/** Đồng. `opening` and `closing` are debit less credit: above zero a debit balance, below zero a credit balance. */
export interface TrialLine {
  readonly account: AccountCode;
  readonly opening: string;
  readonly debit: string;
  readonly credit: string;
  readonly closing: string;
}

export interface TrialBalance {
  /** Every account that anything was ever posted to by the end of the period, by code. */
  readonly lines: readonly TrialLine[];
  /** Debits and credits of the period over all accounts: equal. */
  readonly debit: string;
  readonly credit: string;
}

/** The trial balance of a period. Income and expenses run on from the opening of the books: nothing is closed to net assets. */
export async function trialBalance(database: SqlRunner, scope: TrialScope, { from, to, knownAt }: TrialQuestion): Promise<Reflected<TrialBalance>> {
  return known.ask(database, JOURNAL, knownAt, async (before) => {
    const values = new SqlParameters();
    const until = to === undefined ? '' : `AND day <= ${values.add(to)}::date`;
    const since = from === undefined ? undefined : `${values.add(from)}::date`;
    const inPeriod = since === undefined ? 'true' : `day >= ${since}`;
    const late = before === undefined ? '' : `UNION ALL SELECT account, day, -debit, -credit FROM read.journal_line WHERE position >= ${values.add(before)}::bigint AND fund_id IN (SELECT fund_id FROM scope) ${until}`;
    const sql = `WITH scope AS MATERIALIZED (SELECT fund_id FROM read.journal_fund WHERE ${scopeCondition(values, scope)}),
      posted AS (SELECT account, day, debit, credit FROM read.account_day WHERE fund_id IN (SELECT fund_id FROM scope) ${until} ${late})
      SELECT account, coalesce(sum(debit - credit) FILTER (WHERE NOT ${inPeriod}), 0)::text AS opening, coalesce(sum(debit) FILTER (WHERE ${inPeriod}), 0)::text AS debits,
        coalesce(sum(credit) FILTER (WHERE ${inPeriod}), 0)::text AS credits FROM posted GROUP BY account
      HAVING sum(debit) <> 0 OR sum(credit) <> 0 ORDER BY account`;
    const answer = await readReflected<{ account: AccountCode; opening: string; debits: string; credits: string }>(database, JOURNAL, sql, values.values);
    const sum = (side: 'debits' | 'credits'): string => answer.value.reduce((total, row) => total + BigInt(row[side]), 0n).toString();
    return { ...answer, value: { lines: answer.value.map(lineFrom), debit: sum('debits'), credit: sum('credits') } };
  });
}

function scopeCondition(values: SqlParameters, scope: TrialScope): string {
  if ('fundId' in scope) return `fund_id = ${values.add(scope.fundId)}::uuid`;
  const association = `${values.add(scope.associationId)}::uuid`;
  return scope.withDescendants ? `under @> ARRAY[${association}]` : `association_id = ${association}`;
}

function lineFrom({ account, opening, debits, credits }: { readonly account: AccountCode; readonly opening: string; readonly debits: string; readonly credits: string }): TrialLine {
  return { account, opening, debit: debits, credit: credits, closing: (BigInt(opening) + BigInt(debits) - BigInt(credits)).toString() };
}
