import { SqlParameters, figuresOf, readReflected } from '@ledger/projection-runtime';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import { ASSOCIATION_TOTALS } from './association-totals.projection.js';
import { ASSOCIATION_FIGURES, MEASURES, STANDING } from './measures.js';
import type { AssociationFigures } from './measures.js';

/** At most this many associations in one question. */
export const ASSOCIATION_LIST_LIMIT = 5_000;

export interface TotalsQuestion {
  readonly withDescendants: boolean;
  /** First and last day of the range, both included; a side left out is open. */
  readonly from?: string;
  readonly to?: string;
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
  const values = new SqlParameters();
  const ids = values.add(associationIds.slice(0, ASSOCIATION_LIST_LIMIT));
  const until = question.to === undefined ? '' : `AND day <= ${values.add(question.to)}::date`;
  const since = question.from === undefined ? '' : ` FILTER (WHERE day >= ${values.add(question.from)}::date)`;
  const standing = new Set<string>(STANDING);
  const sums = MEASURES.map((measure) => `coalesce(sum(${measure})${standing.has(measure) ? '' : since}, 0)::text AS ${measure}`).join(', ');
  const view = question.withDescendants ? 'read.association_day_with_descendants' : 'read.association_day';
  const sql = `SELECT association_id, ${sums} FROM ${view} WHERE association_id = ANY(${ids}::uuid[]) ${until} GROUP BY association_id ORDER BY association_id`;
  const answer = await readReflected<{ association_id: string } & Record<string, string>>(database, ASSOCIATION_TOTALS, sql, values.values);
  return { ...answer, value: answer.value.map((row) => ({ associationId: row.association_id, figures: figuresOf(ASSOCIATION_FIGURES, (measure) => row[measure]) })) };
}

/** The first and the last day on which anything was posted, at the association or below it. */
export async function movementSpan(database: SqlRunner, associationId: string): Promise<Reflected<{ readonly from: string; readonly to: string } | undefined>> {
  const sql = `SELECT min(day)::text AS first, max(day)::text AS last FROM read.association_day_with_descendants WHERE association_id = $1::uuid AND movements <> 0`;
  const answer = await readReflected<{ first: string | null; last: string | null }>(database, ASSOCIATION_TOTALS, sql, [associationId]);
  const { first, last } = answer.value[0] ?? { first: null, last: null };
  return { ...answer, value: first === null || last === null ? undefined : { from: first, to: last } };
}
