import { ChangeTable, KnownPositions, LookupTable, SumTable, TreePaths, derivedColumns } from '@ledger/projection-runtime';
import { ASSOCIATION_FIGURES, MEASURES } from './measures.js';

export const known = new KnownPositions('association_totals_known');
/**
 * Per association, day and block of the log the changes of that day: its own (`with_descendants` false), and those of
 * itself and all units below it, rolled up as they are written, so that a province's year costs no more to read than a
 * branch's.
 */
export const associationDay = new SumTable('association_day', { association_id: 'uuid', with_descendants: 'boolean', day: 'date', block: 'bigint' }, MEASURES);
/** Each change at the association alone; a roll-up finds it by the path. `other_association_id` holds the fund on the other side of a transfer: totals with both eliminate it. */
export const associationChange = new ChangeTable({ association_id: 'uuid', day: 'date' }, MEASURES, { other_association_id: 'uuid' });
export const tree = new TreePaths('unit');
export const homes = new LookupTable('fund_home', { fund_id: 'uuid', association_id: 'uuid' });
export const pledges = new LookupTable('pledge', { pledge_id: 'uuid', fund_id: 'uuid', amount: 'bigint' });

export function tables(schema: string): string[] {
  return [
    known.definition(schema),
    tree.definition(schema),
    associationDay.definition(schema),
    associationChange.definition(schema),
    homes.definition(schema),
    pledges.definition(schema),
    `CREATE TABLE ${schema}.member_count (association_id uuid, day date, position bigint, members bigint NOT NULL, PRIMARY KEY (association_id, day, position))`,
  ];
}

export function indexes(schema: string): string[] {
  return associationChange.indexes(schema);
}

const SUMS = MEASURES.join(', ');

export function views(schema: string): Record<string, string> {
  const sums = MEASURES.map((measure) => `sum(${measure}) AS ${measure}`).join(', ');
  const days = (withDescendants: boolean): string => `SELECT association_id, day, ${SUMS}, ${derivedColumns(ASSOCIATION_FIGURES)} FROM
    (SELECT association_id, day, ${sums} FROM ${schema}.association_day WHERE with_descendants = ${withDescendants} GROUP BY association_id, day) AS days`;
  return {
    association_day: days(false),
    association_day_with_descendants: days(true),
    association_day_block: `SELECT association_id, with_descendants, day, block, ${SUMS} FROM ${schema}.association_day`,
    association_change: `SELECT c.position, c.line, c.association_id, c.day, c.other_association_id, u.path AS under, o.path AS other_under, ${MEASURES.map((measure) => `c.${measure}`).join(', ')}
      FROM ${schema}.change c JOIN ${schema}.unit u ON u.unit_id = c.association_id LEFT JOIN ${schema}.unit o ON o.unit_id = c.other_association_id`,
    ...known.views(schema),
  };
}
