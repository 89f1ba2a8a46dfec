import { BETWEEN } from '../cells.js';
import { ACCOUNT_MEASURES, ASSOCIATION_MEASURES, FUND_MEASURES, TABLES, shapeOf, type TableName, type TableShape } from '../tables.js';
import type { ExpectedRow } from '../log/expected-row.js';

/** How a table that has gone on tells what it held at a past moment, as the questions with `knownAt` make it tell. */
export interface PastRows {
  readonly shape: TableShape;
  /** SQL of the rows at that moment. */
  readonly source: string;
  /** The expected rows, brought into the same shape. */
  readonly expected: (rows: AsyncIterable<ExpectedRow>) => AsyncIterable<ExpectedRow>;
}

/** Balances, the sums of a statement: after fund, day and the two columns of the block. */
const BALANCES = TABLES.statementSum.columns.slice(4);

type Source = (schema: string, at: bigint) => string;

/** Rows that carry the position at which they came to be. */
const BORN: Partial<Record<TableName, Source>> = {
  balanceFund: (schema, at) => `(SELECT * FROM ${schema}.fund WHERE position <= ${at})`,
  historyBeneficiary: (schema, at) => `(SELECT * FROM ${schema}.beneficiary WHERE position <= ${at})`,
  statementSets: (schema, at) => `(SELECT * FROM ${schema}.imported_set WHERE anchor <= ${at})`,
  historySets: (schema, at) => `(SELECT * FROM ${schema}.imported_set WHERE anchor <= ${at})`,
  promise: (schema, at) => `(SELECT ${TABLES.promise.columns.map((column) => (['cancelled_on', 'cancelled_position'].includes(column) ? `CASE WHEN cancelled_position <= ${at} THEN ${column} END AS ${column}` : column)).join(', ')}
    FROM ${schema}.pledge WHERE position <= ${at})`,
};

/** Sums of the present, less what rows with a later position say was added since. */
const SUMS: Partial<Record<TableName, { readonly keys: readonly string[]; readonly measures: readonly string[]; readonly later: Source }>> = {
  fundDay: { keys: ['fund_id', 'day'], measures: FUND_MEASURES, later: laterChanges('fund_id, day', FUND_MEASURES) },
  fundTotal: { keys: ['fund_id'], measures: FUND_MEASURES, later: laterChanges('fund_id', FUND_MEASURES) },
  associationDay: { keys: ['association_id', 'with_descendants', 'day'], measures: ASSOCIATION_MEASURES, later: laterTotals },
  statementSum: { keys: ['fund_id', 'day'], measures: BALANCES, later: (schema, at) => `SELECT fund_id, day, ${BALANCES.join(', ')} FROM ${schema}.movement WHERE position > ${at}` },
  statementMonth: { keys: ['fund_id', 'month'], measures: BALANCES, later: (schema, at) => `SELECT fund_id, date_trunc('month', day::timestamp)::date AS month, ${BALANCES.join(', ')} FROM ${schema}.movement WHERE position > ${at}` },
  campaignDay: { keys: ['campaign_id', 'day'], measures: TABLES.campaignDay.columns.slice(2), later: (schema, at) => `SELECT ${TABLES.campaignDay.columns.join(', ')} FROM ${schema}.change WHERE position > ${at}` },
  accountDay: { keys: ['fund_id', 'day'], measures: ACCOUNT_MEASURES, later: (schema, at) =>
    `SELECT fund_id, day, ${ACCOUNT_MEASURES.map((measure) => `CASE ${measure.replace('_', `_account WHEN '`)}' THEN amount ELSE 0 END AS ${measure}`).join(', ')} FROM ${schema}.posting WHERE position > ${at}` },
};

function laterChanges(keys: string, measures: readonly string[]): Source {
  return (schema, at) => `SELECT ${keys}, ${measures.map((measure) => `coalesce(${measure}, 0) AS ${measure}`).join(', ')} FROM ${schema}.change WHERE position > ${at}`;
}

/** A change at an association is one in every total above it; of a transfer, totals with both sides eliminate theirs. */
function laterTotals(schema: string, at: bigint): string {
  const measured = (isWithin: string): string => ASSOCIATION_MEASURES.map((measure) => (measure.startsWith('eliminated') ? `CASE WHEN ${isWithin} THEN coalesce(c.${measure}, 0) ELSE 0 END AS ${measure}` : `coalesce(c.${measure}, 0) AS ${measure}`)).join(', ');
  const from = `FROM ${schema}.change c JOIN ${schema}.unit u ON u.unit_id = c.association_id LEFT JOIN ${schema}.unit o ON o.unit_id = c.other_association_id`;
  return `SELECT c.association_id, false AS with_descendants, c.day, ${measured('c.other_association_id = c.association_id')} ${from} WHERE c.position > ${at}
    UNION ALL SELECT above.id, true, c.day, ${measured('above.id = ANY(o.path)')} ${from}, unnest(u.path) AS above(id) WHERE c.position > ${at}`;
}

/** Undefined where a table tells only of the present. */
export function pastRows(name: TableName, schema: string, at: bigint): PastRows | undefined {
  const shape = shapeOf(name);
  if (shape.order === 'log') return { shape, source: `(SELECT * FROM ${schema}.${shape.table} WHERE position <= ${at})`, expected: (rows) => rows };
  const born = BORN[name];
  if (born) return { shape, source: born(schema, at), expected: (rows) => rows };
  const sums = SUMS[name];
  if (!sums) return undefined;
  const { keys, measures, later } = sums;
  return {
    shape: { ...shape, table: `${shape.table} (${at})`, ordered: keys.length, columns: [...keys, ...measures] },
    source: `(SELECT ${keys.join(', ')}, ${measures.map((measure) => `sum(${measure}) AS ${measure}`).join(', ')}
      FROM (SELECT ${[...keys, ...measures].join(', ')} FROM ${schema}.${shape.table} UNION ALL SELECT ${[...keys, ...measures.map((measure) => `-${measure}`)].join(', ')} FROM (${later(schema, at)}) AS later) AS parts
      GROUP BY ${keys.join(', ')} HAVING ${measures.map((measure) => `sum(${measure}) <> 0`).join(' OR ')})`,
    expected: (rows) => summed(rows, keys.length, shape.ordered),
  };
}

/** Adds up rows whose first `keys` cells are the same, which come one after another; those that come to nothing are left out. */
async function* summed(rows: AsyncIterable<ExpectedRow>, keys: number, ordered: number): AsyncGenerator<ExpectedRow> {
  let open: ExpectedRow | undefined;
  for await (const row of rows) {
    const next: ExpectedRow = { table: row.table, place: row.place, key: row.cells.slice(0, keys).join(BETWEEN), cells: [...row.cells.slice(0, keys), ...row.cells.slice(ordered)] };
    if (open?.key === next.key) open = added(open, next, keys);
    else {
      if (open && isSomething(open, keys)) yield open;
      open = next;
    }
  }
  if (open && isSomething(open, keys)) yield open;
}

function added(a: ExpectedRow, b: ExpectedRow, keys: number): ExpectedRow {
  const cells = a.cells.map((cell, place) => (place < keys ? cell : BigInt(cell as bigint) + BigInt(b.cells[place] as bigint)));
  return { ...a, cells, place: b.place.position > a.place.position ? b.place : a.place };
}

function isSomething({ cells }: ExpectedRow, keys: number): boolean {
  return cells.slice(keys).some((cell) => cell !== 0n);
}
