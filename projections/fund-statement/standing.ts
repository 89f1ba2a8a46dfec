import { SqlParameters, readReflected } from '@ledger/projection-runtime';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import { FUND_STATEMENT } from './fund-statement.projection.js';
import { amountsOf } from './lines.js';
import type { Amounts } from './lines.js';
import { FIGURES, sqlMonthOf } from './sums.js';
import { known } from './tables.js';

/** At most this many funds in one question. */
export const STANDING_FUNDS_LIMIT = 5_000;

export interface StandingQuestion {
  /** At the end of this day; left out: with everything booked. */
  readonly effectiveOn?: string;
  /** ISO 8601 instant: only what was known then. */
  readonly knownAt?: string;
}

export type FundStanding = Amounts & {
  readonly fundId: string;
  /** cash + bank + goods. */
  readonly closing: string;
  /** cash + bank − endowment_principal − committed. */
  readonly available: string;
};

/** What each fund held at the end of a day, as known at an instant; in the order of the ids, zero where nothing was booked. */
export async function fundStandings(database: SqlRunner, fundIds: readonly string[], { effectiveOn, knownAt }: StandingQuestion): Promise<Reflected<FundStanding[]>> {
  const asked = fundIds.slice(0, STANDING_FUNDS_LIMIT);
  return known.ask(database, FUND_STATEMENT, knownAt, async (before) => {
    const values = new SqlParameters();
    const ids = `${values.add(asked)}::uuid[]`;
    const day = effectiveOn === undefined ? undefined : `${values.add(effectiveOn)}::date`;
    const until = day === undefined ? '' : `AND day <= ${day}`;
    const months = day === undefined ? '' : `AND month < ${sqlMonthOf(day)}`;
    const days = day === undefined ? '' : `UNION ALL SELECT fund_id, ${FIGURES.join(', ')} FROM read.fund_statement_sum WHERE fund_id = ANY(${ids}) AND day >= ${sqlMonthOf(day)} ${until}`;
    const late = before === undefined ? '' : `UNION ALL SELECT fund_id, ${FIGURES.map((figure) => `-${figure}`).join(', ')} FROM read.fund_movement
      WHERE fund_id = ANY(${ids}) AND position >= ${values.add(before)}::bigint ${until}`;
    const sql = `SELECT fund_id, ${FIGURES.map((figure) => `sum(${figure})::text AS ${figure}`).join(', ')} FROM
      (SELECT fund_id, ${FIGURES.join(', ')} FROM read.fund_statement_month WHERE fund_id = ANY(${ids}) ${months} ${days} ${late}) AS parts GROUP BY fund_id`;
    const answer = await readReflected<{ fund_id: string } & Record<string, string>>(database, FUND_STATEMENT, sql, values.values);
    const rows = new Map(answer.value.map((row) => [row.fund_id, row]));
    return { ...answer, value: asked.map((fundId) => standingOf(fundId, amountsOf((figure) => rows.get(fundId)?.[figure] ?? '0'))) };
  });
}

function standingOf(fundId: string, amounts: Amounts): FundStanding {
  const [cash, bank] = [BigInt(amounts.cash), BigInt(amounts.bank)];
  return {
    fundId, ...amounts, closing: (cash + bank + BigInt(amounts.goods)).toString(),
    available: (cash + bank - BigInt(amounts.endowment_principal) - BigInt(amounts.committed)).toString(),
  };
}
