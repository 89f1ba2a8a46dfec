import type { SqlSession } from '../compare/sql-session.js';
import type { LiveModel } from '../compare/live-tables.js';
import type { Differences } from '../differences.js';
import type { Directory } from '../log/directory.js';

const SHOWN = 100;

interface Row { readonly fund_id: string; readonly account: string; readonly day: string; readonly moved: string; readonly debit: string; readonly credit: string }

/**
 * Opening, what came in and what went out make the closing balance of each account of each fund on each day: what the
 * journal debited and credited an account is by how much the balances say that it changed.
 */
export async function journalAgainstBalances(session: SqlSession, models: readonly LiveModel[], directory: Directory, differences: Differences): Promise<void> {
  const schemaOf = (name: string): string => models.find((model) => model.name === name)?.schema ?? '';
  const rows = (await session.query(
    `SELECT fund_id, account, day::text AS day, coalesce(b.moved, 0)::text AS moved, coalesce(j.debit, 0)::text AS debit, coalesce(j.credit, 0)::text AS credit
     FROM (SELECT fund_id, day, account, sum(moved) AS moved FROM ${schemaOf('fund-balances')}.fund_day, LATERAL (VALUES ('1110', cash), ('1120', bank), ('1500', goods)) AS of(account, moved) GROUP BY fund_id, day, account HAVING sum(moved) <> 0) AS b
     FULL JOIN (SELECT fund_id, day, account, debit, credit FROM ${schemaOf('journal')}.account_day,
       LATERAL (VALUES ('1110', debit_1110, credit_1110), ('1120', debit_1120, credit_1120), ('1500', debit_1500, credit_1500)) AS of(account, debit, credit) WHERE debit <> 0 OR credit <> 0) AS j USING (fund_id, day, account)
     WHERE coalesce(b.moved, 0) <> coalesce(j.debit, 0) - coalesce(j.credit, 0) ORDER BY fund_id, day, account LIMIT ${SHOWN}`)) as Row[];
  for (const { fund_id: fundId, account, day, moved, debit, credit } of rows)
    differences.add({ kind: 'invariant', projection: 'journal', sentence: `${directory.codes.get(fundId) ?? '?'} (${fundId}) on ${day}: account ${account} was debited ${debit} and credited ${credit}, and the fund's balance changed by ${moved}` });
}
