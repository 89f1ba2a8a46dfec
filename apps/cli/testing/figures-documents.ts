import pg from 'pg';
import { beneficiaryIdOf } from '@ledger/fund-ledger';
import { send } from './send.js';

export type Figures = Readonly<Record<string, number>>;

/** An expected.json. */
export interface Expected {
  readonly root: string;
  readonly counts: Figures;
  readonly funds: Readonly<Record<string, Figures>>;
  readonly fund_closing_by_month: Readonly<Record<string, Figures>>;
  readonly association_totals_with_descendants: Readonly<Record<string, Figures>>;
  readonly campaigns: Readonly<Record<string, Figures>>;
  readonly pledges: Figures;
  readonly beneficiaries: { readonly registered: number; readonly supported: number; readonly histories: Readonly<Record<string, readonly (readonly [string, string, number, string])[]>> };
}

type Row = Readonly<Record<string, string | number>>;

/** Every name that any of these figures has: one that a figure lacks is 0 there. */
function namesIn(figures: Readonly<Record<string, Figures>>): string[] {
  return [...new Set(Object.values(figures).flatMap((one) => Object.keys(one)))];
}

const picked = (row: Row | undefined, names: readonly string[]): Row => Object.fromEntries(names.map((name) => [name, row?.[name] ?? 0]));
const byCode = (rows: readonly Row[], names: readonly string[]): Record<string, Row> => Object.fromEntries(rows.map((row) => [String(row['code']), picked(row, names)]));

function closings(rows: readonly Row[]): Record<string, Record<string, string | number>> {
  const byFund: Record<string, Record<string, string | number>> = {};
  for (const { code, month, closing } of rows) (byFund[code!] ??= {})[month!] = closing!;
  return byFund;
}

function countsOf(root: Row | undefined, associations: number, funds: number): Row {
  return {
    associations, funds, donations: root?.['donations'] ?? 0, scholarships: root?.['scholarships_awarded'] ?? 0, instalments: root?.['instalments'] ?? 0,
    movements: root?.['movements'] ?? 0,
  };
}

/** The figures of `expected` as the HTTP API answers them. */
export class ApiFigures {
  constructor(private readonly apiUrl: string, private readonly token: string) {}

  async read({ root, funds, fund_closing_by_month: months, association_totals_with_descendants: totals, campaigns }: Expected): Promise<object> {
    const shown = [...(await this.all(`/associations?tree=${root}&level=province`)), ...(await this.all(`/associations?tree=${root}&level=district`))].map(({ code }) => String(code));
    const found = [...new Set([root, ...shown])];
    const figuresOf = async (path: string): Promise<Row> => (await this.ask(path))['figures'] as unknown as Row;
    const wholes = await Promise.all(found.map((code) => figuresOf(`/associations/${root}:${code}/totals?scope=descendants`)));
    const fundRows = (await this.all(`/fund-balances?under=${root}:${root}`)).map((fund) => ({ ...(fund['figures'] as unknown as Row), code: fund['code']! }));
    const span = Object.values(months).flatMap((one) => Object.keys(one)).sort();
    const launched = (await this.all(`/campaigns?tree=${root}`)).map(({ code }) => String(code));
    const campaignRows = await Promise.all(launched.map(async (code) => ({ ...(await figuresOf(`/campaigns/${root}:${code}/totals`)), code })));
    return {
      root, counts: countsOf(wholes[0], (await this.all(`/associations?tree=${root}`)).length, (await this.all(`/funds?tree=${root}`)).length),
      funds: byCode(fundRows, namesIn(funds)),
      fund_closing_by_month: closings((await this.ask(`/associations/${root}:${root}/monthly-closings?from=${span[0]}&to=${span.at(-1)}`))['items'] as unknown as Row[]),
      association_totals_with_descendants: Object.fromEntries(found.map((code, at) => [code, picked(wholes[at], namesIn(totals))])),
      campaigns: byCode(campaignRows, namesIn(campaigns)),
      pledges: picked(await this.ask(`/pledge-totals?tree=${root}`) as unknown as Row, ['count', 'pledged', 'received', 'outstanding']),
      beneficiaries: await this.beneficiaries(root),
    };
  }

  private async beneficiaries(root: string): Promise<object> {
    const { registered, supported, mostSupported } = await this.ask(`/beneficiary-statistics?tree=${root}`) as unknown as { registered: number; supported: number; mostSupported: Row[] };
    const histories = await Promise.all(mostSupported.map(async ({ code }) =>
      [code, (await this.all(`/beneficiaries/${beneficiaryIdOf(root, String(code))}/history?`)).map(({ day, kind, amount, reference }) => [day, kind, amount, reference])]));
    return { registered, supported, histories: Object.fromEntries(histories) as object };
  }

  /** Everything on all pages. */
  private async all(path: string): Promise<Row[]> {
    const items: Row[] = [];
    for (let after = ''; ;) {
      const { items: page, next } = await this.ask(`${path}${path.endsWith('?') ? '' : '&'}limit=500${after}`) as unknown as { items: Row[]; next: string | null };
      items.push(...page);
      if (next === null) return items;
      after = `&after=${next}`;
    }
  }

  private async ask(path: string): Promise<Row> {
    const { status, text } = await send(`${this.apiUrl}${path}`, { headers: { authorization: `Bearer ${this.token}` } });
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text) as Row;
  }
}

/** The figures of `expected` as an SQL client with the dashboards' role reads them from the views. */
export async function figuresInViews(pgUrl: string, { root, funds, fund_closing_by_month: months, association_totals_with_descendants: totals, campaigns }: Expected): Promise<object> {
  const client = new pg.Client({ connectionString: pgUrl });
  await client.connect();
  try {
    await client.query('SET ROLE dashboard');
    const rows = async (sql: string, ...values: unknown[]): Promise<Row[]> => (await client.query(sql, [root, ...values])).rows as Row[];
    const sums = [...new Set([...namesIn(totals), 'donations', 'scholarships_awarded', 'instalments', 'movements'])];
    const associations = await rows(`SELECT a.code, ${sums.map((name) => `sum(d.${name}) AS ${name}`).join(', ')} FROM read.association a
      JOIN read.association_day_with_descendants d USING (association_id) WHERE a.root_code = $1 AND (a.code = $1 OR a.level IN ('province', 'district')) GROUP BY a.code`);
    const [counted] = await rows('SELECT (SELECT count(*)::int FROM read.association WHERE root_code = $1) AS associations, (SELECT count(*)::int FROM read.fund WHERE root_code = $1) AS funds');
    const [people] = await rows('SELECT count(*)::int AS registered, (count(*) FILTER (WHERE entries > 0))::int AS supported FROM read.beneficiary_total WHERE root_code = $1');
    const [pledges] = await rows('SELECT count(*) AS count, coalesce(sum(pledged), 0) AS pledged, coalesce(sum(received), 0) AS received, coalesce(sum(outstanding), 0) AS outstanding FROM read.pledge_standing WHERE root_code = $1');
    const span = [...new Set(Object.values(months).flatMap((one) => Object.keys(one)))];
    return {
      root, counts: countsOf(associations.find(({ code }) => code === root), Number(counted!['associations']), Number(counted!['funds'])),
      funds: byCode(await rows('SELECT b.* FROM read.fund f JOIN read.fund_balance b USING (fund_id) WHERE f.root_code = $1'), namesIn(funds)),
      fund_closing_by_month: closings(await rows(`SELECT f.code, m.month, coalesce((SELECT e.closing FROM read.fund_day_end e WHERE e.fund_id = f.fund_id
        AND e.day < (m.month || '-01')::date + interval '1 month' ORDER BY e.day DESC LIMIT 1), 0) AS closing FROM read.fund f, unnest($2::text[]) AS m(month) WHERE f.root_code = $1`, span)),
      association_totals_with_descendants: byCode(associations, namesIn(totals)),
      campaigns: byCode(await rows('SELECT t.* FROM read.campaign c JOIN read.campaign_total t USING (campaign_id) WHERE c.root_code = $1'), namesIn(campaigns)),
      pledges: picked(pledges, ['count', 'pledged', 'received', 'outstanding']),
      beneficiaries: { registered: people!['registered'], supported: people!['supported'], histories: await historiesInViews(rows) },
    };
  } finally {
    await client.end();
  }
}

async function historiesInViews(rows: (sql: string, ...values: unknown[]) => Promise<Row[]>): Promise<object> {
  const most = await rows('SELECT code, beneficiary_id FROM read.beneficiary_total WHERE root_code = $1 AND entries > 0 ORDER BY entries DESC, code COLLATE "C" LIMIT 5');
  const histories: Record<string, unknown[]> = {};
  for (const { code, beneficiary_id: id } of most) {
    const lines = await rows(`SELECT h.day::text AS day, h.kind, h.amount, h.reference FROM read.beneficiary_total t JOIN read.beneficiary_history h USING (beneficiary_id)
      WHERE t.root_code = $1 AND beneficiary_id = $2 ORDER BY h.day, h.anchor, h.seq, h.position`, id);
    histories[String(code)] = lines.map(({ day, kind, amount, reference }) => [day, kind, amount, reference]);
  }
  return histories;
}
