import pg from 'pg';
import { DETAILS } from './entries.js';
import type { Detail } from './entries.js';

/** Days are checked days; `position` is what all the read models together reflect. */
export interface Stretch {
  readonly condition: string;
  readonly position: bigint;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const day = (text: string): string => `${pg.escapeLiteral(text)}::date`;
const since = ({ from }: Stretch): string => (from === undefined ? 'true' : `day >= ${day(from)}`);
const until = ({ to }: Stretch): string => (to === undefined ? 'true' : `day <= ${day(to)}`);

/** The ledger's own sums of each day, without what is not in all read models yet. */
function sums(stretch: Stretch): string {
  const mine = `${stretch.condition} AND ${until(stretch)}`;
  return `SELECT fund_id, account, day, debit, credit FROM read.account_day WHERE ${mine}
    UNION ALL SELECT fund_id, account, day, -debit, -credit FROM read.journal_line WHERE position > ${stretch.position} AND ${mine}`;
}

/** Each account that is posted to: what it carries forward to the first day, and when it is first needed. */
export function accountsSql(stretch: Stretch): string {
  return `SELECT fund_id::text, account, (sum(debit - credit) FILTER (WHERE NOT ${since(stretch)}))::text AS carried,
      min(day) FILTER (WHERE ${since(stretch)})::text AS first_day
    FROM (${sums(stretch)}) AS posted GROUP BY fund_id, account HAVING sum(debit) <> 0 OR sum(credit) <> 0`;
}

export function fundsSql({ condition }: Stretch): string {
  return `SELECT fund_id::text, root_code AS tree, code, name FROM read.fund WHERE ${condition} ORDER BY root_code, code, fund_id`;
}

/** How each account changed in each month: from the ledger's sums and not from the postings, so that one checks the other. */
export function monthsSql(stretch: Stretch): string {
  return `SELECT to_char(day, 'YYYY-MM') AS month, fund_id::text, account, sum(debit - credit)::text AS change
    FROM (${sums(stretch)}) AS posted WHERE ${since(stretch)} GROUP BY 1, 2, 3 HAVING sum(debit) <> 0 OR sum(credit) <> 0 ORDER BY 1`;
}

export interface MonthRow { readonly month: string; readonly fund_id: string; readonly account: string; readonly change: string }

export interface PostingRow extends Readonly<Record<Detail, string | null>> {
  readonly fund_id: string; readonly day: string; readonly position: string; readonly line: number; readonly debit: string; readonly credit: string; readonly amount: string;
  readonly event: string; readonly voucher_kind: string; readonly voucher_year: number; readonly voucher_number: number;
  readonly description: string | null; readonly reason: string | null;
}

/** Of a posting `p`, its movement `m`, the fund on the other side `o` and the fund of the adjusted voucher `a`. */
const DETAIL_SQL: Readonly<Record<Detail, string>> = {
  external_reference: 'p.external_reference', document_date: 'm.document_date::text',
  recorded_at: `to_char(m.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, recorded_by: 'm.actor_id', event_id: 'm.event_id::text',
  donor_id: 'm.donor_id::text', beneficiary_id: 'm.beneficiary_id::text', other_fund: `o.root_code || ':' || o.code`, campaign_id: 'm.campaign_id::text',
  pledge_id: 'm.pledge_id::text', scholarship_id: 'm.scholarship_id::text', instalment: 'm.instalment::text', transfer_id: 'm.transfer_id::text',
  sent_on: 'm.sent_on::text', purpose: 'm.purpose',
  adjusts: `m.adjusts_kind || '/' || m.adjusts_year || '/' || m.adjusts_number || CASE WHEN m.adjusts_fund_id <> p.fund_id THEN ' ' || a.root_code || ':' || a.code ELSE '' END`,
};

/** In posting order over all funds. */
export function postingsSql(stretch: Stretch): string {
  const details = DETAILS.map((name) => `${DETAIL_SQL[name]} AS ${name}`).join(', ');
  return `SELECT p.fund_id::text, p.day::text, p.position::text, p.line, p.debit_account AS debit, p.credit_account AS credit, p.amount::text,
      p.event_type AS event, p.voucher_kind, p.voucher_year, p.voucher_number, m.description, m.reason, ${details}
    FROM (SELECT * FROM read.journal_posting WHERE position <= ${stretch.position} AND ${stretch.condition} AND ${since(stretch)} AND ${until(stretch)}) AS p
    JOIN read.fund_movement m ON m.fund_id = p.fund_id AND m.position = p.position
    LEFT JOIN read.fund o ON o.fund_id = m.other_fund_id LEFT JOIN read.fund a ON a.fund_id = m.adjusts_fund_id
    ORDER BY p.day, m.anchor, m.seq, p.position, p.line`;
}
