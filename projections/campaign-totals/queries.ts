import { SqlParameters, figuresOf, readReflected } from '@ledger/projection-runtime';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import { CAMPAIGN_TOTALS } from './campaign-totals.projection.js';
import { CAMPAIGN_FIGURES, MEASURES, known } from './tables.js';
import type { CampaignFigures } from './tables.js';

/** At most this many campaigns in one question. */
export const CAMPAIGN_LIST_LIMIT = 5_000;

export interface CampaignQuestion {
  /** First and last effective day, both included; a side left out is open. */
  readonly from?: string;
  readonly to?: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

export interface CampaignTotals {
  readonly campaignId: string;
  readonly associationId: string;
  readonly code: string;
  readonly figures: CampaignFigures;
}

/** What each campaign was promised and received in a range of days, by code. One that does not exist is not among the answers. */
export async function campaignTotals(database: SqlRunner, campaignIds: readonly string[], { from, to, knownAt }: CampaignQuestion): Promise<Reflected<CampaignTotals[]>> {
  return known.ask(database, CAMPAIGN_TOTALS, knownAt, async (before) => {
    const values = new SqlParameters();
    const ids = `${values.add(campaignIds.slice(0, CAMPAIGN_LIST_LIMIT))}::uuid[]`;
    const conditions = [`campaign_id = ANY(${ids})`];
    if (from !== undefined) conditions.push(`day >= ${values.add(from)}::date`);
    if (to !== undefined) conditions.push(`day <= ${values.add(to)}::date`);
    const where = conditions.join(' AND ');
    const late = before === undefined ? '' : `UNION ALL SELECT campaign_id, ${MEASURES.map((measure) => `-${measure}`).join(', ')} FROM read.campaign_change WHERE ${where} AND position >= ${values.add(before)}::bigint`;
    const sql = `SELECT c.campaign_id, c.association_id, c.code, ${MEASURES.map((measure) => `coalesce(t.${measure}, 0)::text AS ${measure}_text`).join(', ')} FROM read.campaign_total c
      LEFT JOIN (SELECT campaign_id, ${MEASURES.map((measure) => `sum(${measure}) AS ${measure}`).join(', ')} FROM
        (SELECT campaign_id, ${MEASURES.join(', ')} FROM read.campaign_day WHERE ${where} ${late}) AS parts GROUP BY campaign_id) AS t USING (campaign_id)
      WHERE c.campaign_id = ANY(${ids}) ORDER BY c.code, c.campaign_id`;
    const answer = await readReflected<{ campaign_id: string; association_id: string; code: string } & Record<string, string>>(database, CAMPAIGN_TOTALS, sql, values.values);
    return { ...answer, value: answer.value.map((row) => ({
      campaignId: row.campaign_id, associationId: row.association_id, code: row.code, figures: figuresOf(CAMPAIGN_FIGURES, (measure) => row[`${measure}_text`]) })) };
  });
}
