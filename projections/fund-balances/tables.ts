import { ChangeTable, KnownPositions, LookupTable, SumTable, TreePaths, derivedColumns } from '@ledger/projection-runtime';
import { FUND_FIGURES, MEASURES } from './measures.js';

export const known = new KnownPositions('fund_balances_known');
/** One row per fund, day on which something changed it, and block of the log that told so: the changes. */
export const fundDay = new SumTable('fund_day', { fund_id: 'uuid', day: 'date', block: 'bigint' }, MEASURES);
export const fundChange = new ChangeTable({ fund_id: 'uuid', day: 'date' }, MEASURES);
/** One row per fund: the sum of its days. */
export const fundTotal = new SumTable('fund_total', { fund_id: 'uuid' }, MEASURES);
export const tree = new TreePaths('unit');
export const pledges = new LookupTable('pledge', { pledge_id: 'uuid', fund_id: 'uuid', amount: 'bigint' });

export function tables(schema: string): string[] {
  return [
    known.definition(schema),
    tree.definition(schema),
    fundDay.definition(schema),
    fundChange.definition(schema),
    fundTotal.definition(schema),
    `CREATE TABLE ${schema}.fund (fund_id uuid PRIMARY KEY, association_id uuid NOT NULL, under uuid[] NOT NULL, code text COLLATE "C" NOT NULL, position bigint NOT NULL)`,
    pledges.definition(schema),
  ];
}

export function indexes(schema: string): string[] {
  return [
    ...fundChange.indexes(schema),
    `CREATE INDEX ON ${schema}.fund USING gin (under) WITH (fastupdate = off)`,
    `CREATE INDEX ON ${schema}.fund (code, fund_id)`,
    `CREATE INDEX ON ${schema}.fund (association_id, code)`,
  ];
}

const SUMS = MEASURES.join(', ');
const FIGURES = `${SUMS}, ${derivedColumns(FUND_FIGURES)}`;
const RUNNING = MEASURES.map((measure) => `sum(${measure}) OVER upto AS ${measure}`).join(', ');

export function views(schema: string): Record<string, string> {
  const days = `SELECT fund_id, day, ${MEASURES.map((measure) => `sum(${measure}) AS ${measure}`).join(', ')} FROM ${schema}.fund_day GROUP BY fund_id, day`;
  return {
    fund_balance: `SELECT f.fund_id, f.association_id, f.code, ${FIGURES} FROM ${schema}.fund f JOIN ${schema}.fund_total t USING (fund_id)`,
    fund_day: days,
    fund_day_end: `SELECT fund_id, day, ${FIGURES} FROM (SELECT fund_id, day, ${RUNNING} FROM (${days}) AS days WINDOW upto AS (PARTITION BY fund_id ORDER BY day)) AS ended`,
    fund_under: `SELECT fund_id, association_id, code, under, position FROM ${schema}.fund`,
    fund_day_block: `SELECT fund_id, day, block, ${SUMS} FROM ${schema}.fund_day`,
    fund_change: `SELECT position, line, fund_id, day, ${SUMS} FROM ${schema}.change`,
    ...known.views(schema),
  };
}
