import { SqlParameters, figuresFrom, figuresOf, knownCut, readReflected } from '@ledger/projection-runtime';
import type { KnownCut, Reflected, SqlRunner } from '@ledger/projection-runtime';
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
 * association that does not exist, or of which nothing counts (it was not known, or not there yet), is not among the answers.
 */
export async function associationTotals(database: SqlRunner, associationIds: readonly string[], question: TotalsQuestion): Promise<Reflected<AssociationTotals[]>> {
  if (question.knownAt === undefined) return totalsOfAll(database, associationIds.slice(0, ASSOCIATION_LIST_LIMIT), question);
  return known.ask(database, ASSOCIATION_TOTALS, question.knownAt, async (before, through) => {
    const values = new SqlParameters();
    const cut = before === undefined ? undefined : knownCut(before, through);
    const parts = partsOf(values, values.add(associationIds.slice(0, ASSOCIATION_LIST_LIMIT)), question, cut);
    const sums = MEASURES.map((measure) => `coalesce(sum(${measure}), 0)::text AS ${measure}_text`).join(', ');
    const sql = `SELECT association_id, ${sums} FROM (${parts}) AS parts GROUP BY association_id HAVING ${MEASURES.map((measure) => `sum(${measure}) <> 0`).join(' OR ')} ORDER BY association_id`;
    const answer = await readReflected<{ association_id: string } & Record<string, string>>(database, ASSOCIATION_TOTALS, sql, values.values);
    return { ...answer, value: answer.value.map((row) => ({ associationId: row.association_id, figures: figuresOf(ASSOCIATION_FIGURES, (measure) => row[`${measure}_text`]) })) };
  });
}

/** With everything that was booked: one association at a time, and all of its figures in one column, since each column costs more than what it holds. */
async function totalsOfAll(database: SqlRunner, associationIds: readonly string[], { from, to, withDescendants }: TotalsQuestion): Promise<Reflected<AssociationTotals[]>> {
  const values = new SqlParameters();
  const ids = values.add(associationIds);
  const since = from === undefined ? undefined : `${values.add(from)}::date`;
  const until = to === undefined ? '' : `AND day <= ${values.add(to)}::date`;
  const days = `FROM read.association_day_block WHERE association_id = asked.id AND with_descendants = ${withDescendants} ${until}`;
  const sums = (measures: readonly string[]): string => measures.map((measure) => `coalesce(sum(${measure}), 0) AS ${measure}`).join(', ');
  const before = since === undefined ? '' : `, LATERAL (SELECT ${sums(STANDING)} ${days} AND day < ${since}) AS b`;
  const figures = MEASURES.map((measure) => (since !== undefined && STANDS.has(measure) ? `s.${measure} + b.${measure}` : `s.${measure}`)).join(', ');
  const sql = `SELECT asked.id, concat_ws(' ', ${figures}) AS figures FROM unnest(${ids}::uuid[]) AS asked(id), LATERAL (SELECT ${sums(MEASURES)} ${days} ${since === undefined ? '' : `AND day >= ${since}`}) AS s ${before} ORDER BY asked.id`;
  const { value, ...reflection } = await readReflected<{ id: string; figures: string }>(database, ASSOCIATION_TOTALS, sql, values.values);
  const counting = value.filter(({ figures: text }) => text !== NOTHING);
  return { value: counting.map((row) => ({ associationId: row.id, figures: figuresFrom(ASSOCIATION_FIGURES, row.figures) })), ...reflection };
}

const NOTHING = MEASURES.map(() => '0').join(' ');
const STANDS = new Set<string>(STANDING);

/** The rows to add up: the days' sums, and where not everything was known more or less the changes of the block that is cut. Before the range only what stands counts. */
function partsOf(values: SqlParameters, ids: string, { from, to, withDescendants }: TotalsQuestion, cut: KnownCut | undefined): string {
  const since = from === undefined ? undefined : `${values.add(from)}::date`;
  const until = to === undefined ? '' : `AND day <= ${values.add(to)}::date`;
  const whole = cut === undefined ? '' : `AND block < ${values.add(cut.blocks)}::bigint`;
  const days = (measured: string, range: string): string =>
    `SELECT association_id, ${measured} FROM read.association_day_block WHERE association_id = ANY(${ids}::uuid[]) AND with_descendants = ${withDescendants} ${range} ${until} ${whole}`;
  const parts = since === undefined ? [days(ALL, '')] : [days(ALL, `AND day >= ${since}`), days(WHAT_STANDS, `AND day < ${since}`)];
  if (cut !== undefined) {
    const isWithin = withDescendants ? 'c.other_under @> ARRAY[total.id]' : 'c.other_association_id = total.id';
    const measured = MEASURES.map((measure) => {
      const conditions = [...(since === undefined || STANDS.has(measure) ? [] : [`c.day >= ${since}`]), ...(measure.startsWith('eliminated_') ? [isWithin] : [])];
      const change = `${cut.isLess ? '-' : ''}c.${measure}`;
      return conditions.length === 0 ? change : `CASE WHEN ${conditions.join(' AND ')} THEN ${change} END`;
    }).join(', ');
    const [totals, counts] = withDescendants ? ['unnest(c.under) AS total(id)', `c.under && ${ids}::uuid[]`] : ['(SELECT c.association_id) AS total(id)', `c.association_id = ANY(${ids}::uuid[])`];
    parts.push(`SELECT total.id, ${measured} FROM read.association_change c, LATERAL ${totals}
      WHERE ${counts} AND c.position >= ${values.add(cut.from)}::bigint AND c.position < ${values.add(cut.to)}::bigint ${until} AND total.id = ANY(${ids}::uuid[])`);
  }
  return parts.join(' UNION ALL ');
}

const ALL = MEASURES.join(', ');
const WHAT_STANDS = MEASURES.map((measure) => (STANDS.has(measure) ? measure : `NULL::numeric AS ${measure}`)).join(', ');

/** The first and the last day on which anything was posted, at the association or below it. */
export async function movementSpan(database: SqlRunner, associationId: string): Promise<Reflected<{ readonly from: string; readonly to: string } | undefined>> {
  const sql = `SELECT min(day)::text AS first, max(day)::text AS last FROM read.association_day_block WHERE association_id = $1::uuid AND with_descendants AND movements <> 0`;
  const answer = await readReflected<{ first: string | null; last: string | null }>(database, ASSOCIATION_TOTALS, sql, [associationId]);
  const { first, last } = answer.value[0] ?? { first: null, last: null };
  return { ...answer, value: first === null || last === null ? undefined : { from: first, to: last } };
}
