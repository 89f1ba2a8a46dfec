import { KnownPositions, LookupTable, SumTable, derivedColumns, uniqueKey } from '@ledger/projection-runtime';
import type { FigureSet, Figures } from '@ledger/projection-runtime';

/** Đồng; then how many. An adjustment changes amounts and counts nothing. */
export const MEASURES = ['pledged', 'pledges_cancelled', 'received_money', 'received_in_kind', 'pledges', 'donations'] as const;
export type Measure = (typeof MEASURES)[number];

export const CAMPAIGN_FIGURES = {
  measures: MEASURES,
  counts: ['pledges', 'donations'],
  derived: { received: { plus: ['received_money', 'received_in_kind'] } },
} satisfies FigureSet<Measure, 'pledges' | 'donations', 'received'>;
export type CampaignFigures = Figures<Measure, 'pledges' | 'donations', 'received'>;

/** One row per campaign and day on which something changed it. */
export const campaignDay = new SumTable('campaign_day', { campaign_id: 'uuid', day: 'date' }, MEASURES);
/** Each change by its place in the log, to take off again what was not known at an instant. */
export const CHANGE_COLUMNS = { campaign_id: 'uuid', position: 'bigint', day: 'date', ...Object.fromEntries(MEASURES.map((measure) => [measure, 'bigint'])) } as Readonly<Record<string, string>>;
export const pledges = new LookupTable('pledge', { pledge_id: 'uuid', campaign_id: 'uuid', amount: 'bigint' });
export const known = new KnownPositions('campaign_totals_known');

export function tables(schema: string): string[] {
  return [
    known.definition(schema),
    `CREATE TABLE ${schema}.campaign (campaign_id uuid PRIMARY KEY, association_id uuid NOT NULL, code text COLLATE "C" NOT NULL)`,
    campaignDay.definition(schema),
    `CREATE TABLE ${schema}.change (${Object.entries(CHANGE_COLUMNS).map(([name, type]) => `${name} ${type} NOT NULL`).join(', ')})`,
    pledges.definition(schema),
  ];
}

export function indexes(schema: string): string[] {
  return [uniqueKey(schema, 'change', 'campaign_id, position')];
}

const SUMS = MEASURES.join(', ');

export function views(schema: string): Record<string, string> {
  const totals = MEASURES.map((measure) => `coalesce(sum(d.${measure}), 0) AS ${measure}`).join(', ');
  return {
    campaign_total: `SELECT campaign_id, association_id, code, ${SUMS}, ${derivedColumns(CAMPAIGN_FIGURES)} FROM
      (SELECT c.campaign_id, c.association_id, c.code, ${totals} FROM ${schema}.campaign c LEFT JOIN ${schema}.campaign_day d USING (campaign_id) GROUP BY c.campaign_id) AS summed`,
    campaign_day: `SELECT campaign_id, day, ${SUMS}, ${derivedColumns(CAMPAIGN_FIGURES)} FROM ${schema}.campaign_day`,
    campaign_change: `SELECT campaign_id, position, day, ${SUMS} FROM ${schema}.change`,
    ...known.views(schema),
  };
}
