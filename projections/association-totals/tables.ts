import { LookupTable, SumTable, TreePaths, derivedColumns } from '@ledger/projection-runtime';
import { ASSOCIATION_FIGURES, MEASURES } from './measures.js';

/**
 * Per association and day the changes of that day: its own (`with_descendants` false), and those of itself and all units
 * below it, rolled up as they are written, so that a province's year costs no more to read than a branch's.
 */
export const associationDay = new SumTable('association_day', { association_id: 'uuid', with_descendants: 'boolean', day: 'date' }, MEASURES);
export const tree = new TreePaths('unit');
export const homes = new LookupTable('fund_home', { fund_id: 'uuid', association_id: 'uuid' });
export const pledges = new LookupTable('pledge', { pledge_id: 'uuid', fund_id: 'uuid', amount: 'bigint' });

export function tables(schema: string): string[] {
  return [
    tree.definition(schema),
    associationDay.definition(schema),
    homes.definition(schema),
    pledges.definition(schema),
    `CREATE TABLE ${schema}.member_count (association_id uuid, day date, position bigint, members bigint NOT NULL, PRIMARY KEY (association_id, day, position))`,
  ];
}

const SUMS = MEASURES.join(', ');

export function views(schema: string): Record<string, string> {
  const days = (withDescendants: boolean): string => `SELECT association_id, day, ${SUMS}, ${derivedColumns(ASSOCIATION_FIGURES)} FROM ${schema}.association_day WHERE with_descendants = ${withDescendants}`;
  return { association_day: days(false), association_day_with_descendants: days(true) };
}
