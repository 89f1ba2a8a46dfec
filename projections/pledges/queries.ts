import { SqlParameters, readReflected } from '@ledger/projection-runtime';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import { PLEDGES } from './pledges.projection.js';
import { known, outstanding } from './tables.js';

/** At most this many pledges in a page. */
export const PLEDGE_PAGE_LIMIT = 500;

/** Which pledges; every part that is given must hold. */
export interface PledgeFilter {
  readonly pledgeId?: string;
  readonly rootCode?: string;
  readonly code?: string;
  readonly fundId?: string;
  readonly donorId?: string;
  readonly campaignId?: string;
  /** To a fund that this association holds. */
  readonly associationId?: string;
  /** To a fund of this association or of one below it. */
  readonly underId?: string;
}

export interface PledgeQuestion {
  /** At the end of this day. A pledge is overdue when something of it is outstanding and it was due before this day. */
  readonly asOf: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

export interface PledgeStanding {
  readonly pledgeId: string;
  readonly rootCode: string;
  readonly code: string;
  readonly donorId: string;
  readonly fundId: string;
  readonly associationId: string;
  readonly campaignId: string | null;
  readonly pledgedOn: string;
  readonly dueOn: string | null;
  /** Null where it was not cancelled by that day, or that was not known. */
  readonly cancelledOn: string | null;
  readonly amount: string;
  /** Adjustments included. */
  readonly received: string;
  /** max(0, amount − received); of a cancelled pledge nothing. */
  readonly outstanding: string;
  readonly overdue: string;
}

export interface PledgeTotals {
  readonly count: number;
  readonly cancelled: number;
  /** All that was promised, cancelled pledges included. */
  readonly pledged: string;
  readonly pledgedCancelled: string;
  readonly received: string;
  readonly outstanding: string;
  readonly overdue: string;
}

export interface PledgeKey { readonly rootCode: string; readonly code: string; readonly pledgeId: string }

/** Pledges as they stood on a day, by tree and code, a page at a time; `only` leaves out those of which nothing is outstanding, or overdue. */
export async function pledgeStandings(
  database: SqlRunner, filter: PledgeFilter, question: PledgeQuestion, limit: number, after?: PledgeKey, only?: 'outstanding' | 'overdue',
): Promise<Reflected<PledgeStanding[]>> {
  return known.ask(database, PLEDGES, question.knownAt, async (before) => {
    const values = new SqlParameters();
    const conditions = ['true'];
    if (after) conditions.push(`(p.root_code, p.code, p.pledge_id) > (${values.add(after.rootCode)}, ${values.add(after.code)}, ${values.add(after.pledgeId)}::uuid)`);
    const standing = standings(values, filter, question.asOf, before, conditions);
    const sql = `SELECT pledge_id AS "pledgeId", root_code AS "rootCode", code, donor_id AS "donorId", fund_id AS "fundId", association_id AS "associationId", campaign_id AS "campaignId",
        pledged_on::text AS "pledgedOn", due_on::text AS "dueOn", cancelled_by::text AS "cancelledOn", amount::text AS pledged_text, received::text AS received_text, outstanding::text AS outstanding_text, overdue::text AS overdue_text
      FROM (${standing}) AS stood ${only === undefined ? '' : `WHERE stood.${only} > 0`} ORDER BY stood.root_code, stood.code, stood.pledge_id LIMIT ${values.add(Math.min(limit, PLEDGE_PAGE_LIMIT))}`;
    const answer = await readReflected<Row>(database, PLEDGES, sql, values.values);
    return { ...answer, value: answer.value.map(({ pledged_text: amount, received_text: received, outstanding_text: open, overdue_text: overdue, ...rest }) => ({ ...rest, amount, received, outstanding: open, overdue })) };
  });
}

type Row = Omit<PledgeStanding, 'amount' | 'received' | 'outstanding' | 'overdue'> & { readonly pledged_text: string; readonly received_text: string; readonly outstanding_text: string; readonly overdue_text: string };

/** The same, added up. */
export async function pledgeTotals(database: SqlRunner, filter: PledgeFilter, question: PledgeQuestion): Promise<Reflected<PledgeTotals>> {
  return known.ask(database, PLEDGES, question.knownAt, async (before) => {
    const values = new SqlParameters();
    const sql = `SELECT count(*)::integer AS count, (count(cancelled_by))::integer AS cancelled, coalesce(sum(amount), 0)::text AS pledged,
        coalesce(sum(amount) FILTER (WHERE cancelled_by IS NOT NULL), 0)::text AS "pledgedCancelled", coalesce(sum(received), 0)::text AS received,
        coalesce(sum(outstanding), 0)::text AS outstanding, coalesce(sum(overdue), 0)::text AS overdue FROM (${standings(values, filter, question.asOf, before, ['true'])}) AS stood`;
    const answer = await readReflected<PledgeTotals>(database, PLEDGES, sql, values.values);
    return { ...answer, value: answer.value[0] ?? { count: 0, cancelled: 0, pledged: '0', pledgedCancelled: '0', received: '0', outstanding: '0', overdue: '0' } };
  });
}

const FILTERS: Readonly<Record<keyof PledgeFilter, (value: string) => string>> = {
  pledgeId: (value) => `p.pledge_id = ${value}::uuid`,
  rootCode: (value) => `p.root_code = ${value}`,
  code: (value) => `p.code = ${value}`,
  fundId: (value) => `p.fund_id = ${value}::uuid`,
  donorId: (value) => `p.donor_id = ${value}::uuid`,
  campaignId: (value) => `p.campaign_id = ${value}::uuid`,
  associationId: (value) => `p.association_id = ${value}::uuid`,
  underId: (value) => `p.under @> ARRAY[${value}::uuid]`,
};

/** A SELECT of the pledges made by that day, each with what came in by then. */
function standings(values: SqlParameters, filter: PledgeFilter, asOf: string, before: string | undefined, conditions: readonly string[]): string {
  const day = `${values.add(asOf)}::date`;
  const bound = before === undefined ? undefined : `${values.add(before)}::bigint`;
  const isKnown = (position: string): string => (bound === undefined ? '' : `AND ${position} < ${bound}`);
  const wanted = (Object.entries(filter) as [keyof PledgeFilter, string | undefined][]).flatMap(([name, value]) => (value === undefined ? [] : [FILTERS[name](values.add(value))]));
  return `SELECT p.*, c.cancelled_by, r.received, o.outstanding, CASE WHEN p.due_on < ${day} THEN o.outstanding ELSE 0 END AS overdue FROM read.pledge_promise p,
    LATERAL (SELECT CASE WHEN p.cancelled_on <= ${day} ${isKnown('p.cancelled_position')} THEN p.cancelled_on END AS cancelled_by) AS c,
    LATERAL (SELECT coalesce(sum(t.amount), 0) AS received FROM read.pledge_receipt t WHERE t.pledge_id = p.pledge_id AND t.day <= ${day} ${isKnown('t.position')}) AS r,
    LATERAL (SELECT ${outstanding('c.cancelled_by IS NOT NULL', 'p.amount', 'r.received')} AS outstanding) AS o
    WHERE ${[...conditions, ...wanted].join(' AND ')} AND p.pledged_on <= ${day} ${isKnown('p.position')}`;
}
