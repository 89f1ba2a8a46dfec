import { SqlParameters, figuresOf, knownBlocksBefore, readReflected } from '@ledger/projection-runtime';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import { ASSOCIATION_TOTALS } from './association-totals.projection.js';
import { ASSOCIATION_FIGURES, MEASURES, STANDING } from './measures.js';
import type { AssociationFigures } from './measures.js';
import { known } from './tables.js';

/** At most this many associations in one question. */
export const ASSOCIATION_LIST_LIMIT = 5_000;

export interface TotalsQuestion {
  readonly withDescendants: boolean;
  /** First and last day of the range, both included; a side left out is open. */
  readonly from?: string;
  readonly to?: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

export interface AssociationTotals {
  readonly associationId: string;
  readonly figures: AssociationFigures;
}

/**
 * Totals over a range of days. What stands (`in_transit`, `units`, `members`, `funds`) is as of the range's end. An
 * association that nothing was ever booked at, or that does not exist, is not among the answers.
 */
export async function associationTotals(database: SqlRunner, associationIds: readonly string[], question: TotalsQuestion): Promise<Reflected<AssociationTotals[]>> {
  return known.ask(database, ASSOCIATION_TOTALS, question.knownAt, async (before) => {
    const values = new SqlParameters();
    const parts = partsOf(values, values.add(associationIds.slice(0, ASSOCIATION_LIST_LIMIT)), question, before);
    const since = question.from === undefined ? '' : ` FILTER (WHERE day >= ${values.add(question.from)}::date)`;
    const sums = MEASURES.map((measure) => `coalesce(sum(${measure})${STANDS.has(measure) ? '' : since}, 0)::text AS ${measure}_text`).join(', ');
    const sql = `SELECT association_id, ${sums} FROM (${parts}) AS parts GROUP BY association_id ORDER BY association_id`;
    const answer = await readReflected<{ association_id: string } & Record<string, string>>(database, ASSOCIATION_TOTALS, sql, values.values);
    return { ...answer, value: answer.value.map((row) => ({ associationId: row.association_id, figures: figuresOf(ASSOCIATION_FIGURES, (measure) => row[`${measure}_text`]) })) };
  });
}

const STANDS = new Set<string>(STANDING);
const SUMS = MEASURES.join(', ');

/** The rows to add up: the days' sums, of whole blocks only where not everything was known, and of the block that is cut the changes. */
function partsOf(values: SqlParameters, ids: string, { to, withDescendants }: TotalsQuestion, before: string | undefined): string {
  const until = to === undefined ? '' : `AND day <= ${values.add(to)}::date`;
  const days = `SELECT association_id, day, ${SUMS} FROM read.association_day_block WHERE association_id = ANY(${ids}::uuid[]) AND with_descendants = ${withDescendants} ${until}`;
  if (before === undefined) return days;
  const { block, start } = knownBlocksBefore(before);
  const changed = `c.position >= ${values.add(start)}::bigint AND c.position < ${values.add(before)}::bigint ${until}`;
  const isWithin = (total: string): string => (withDescendants ? `c.other_under @> ARRAY[${total}]` : `c.other_association_id = ${total}`);
  const measured = MEASURES.map((measure) => (measure.startsWith('eliminated_') ? `CASE WHEN ${isWithin('total.id')} THEN c.${measure} END` : `c.${measure}`)).join(', ');
  const totals = withDescendants ? 'unnest(c.under) AS total(id)' : '(SELECT c.association_id) AS total(id)';
  return `${days} AND block < ${values.add(block)}::bigint UNION ALL
    SELECT total.id, c.day, ${measured} FROM read.association_change c, LATERAL ${totals} WHERE ${changed} AND total.id = ANY(${ids}::uuid[])`;
}

/** The first and the last day on which anything was posted, at the association or below it. */
export async function movementSpan(database: SqlRunner, associationId: string): Promise<Reflected<{ readonly from: string; readonly to: string } | undefined>> {
  const sql = `SELECT min(day)::text AS first, max(day)::text AS last FROM read.association_day_block WHERE association_id = $1::uuid AND with_descendants AND movements <> 0`;
  const answer = await readReflected<{ first: string | null; last: string | null }>(database, ASSOCIATION_TOTALS, sql, [associationId]);
  const { first, last } = answer.value[0] ?? { first: null, last: null };
  return { ...answer, value: first === null || last === null ? undefined : { from: first, to: last } };
}
