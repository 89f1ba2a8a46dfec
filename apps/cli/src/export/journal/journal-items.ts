import { laterOf } from '@ledger/kernel';
import { CHART } from '@projections/journal';
import type { AccountCode } from '@projections/journal';
import { DETAILS } from './entries.js';
import type { Balances, Detail, Entry, ExportedFund, JournalHead, JournalItem, Posting } from './entries.js';
import { fundOf } from './journal-snapshot.js';
import type { JournalSnapshot } from './journal-snapshot.js';
import type { MonthRow, PostingRow } from './journal-sql.js';

/** Balances are asserted where they mean something at a day's end by themselves: income and expenses only run on. */
const ASSERTED = new Set<string>(['asset', 'net_assets', 'transfer', 'memorandum']);

export interface Period { readonly from: string | undefined; readonly to: string | undefined }

export function headOf({ title, reflected, funds, accounts }: JournalSnapshot, { from, to }: Period): JournalHead {
  return {
    from, to, scope: title, funds: [...funds.values()], position: reflected && `${reflected.logId.slice(0, 8)}-${reflected.position}`,
    accounts: accounts.map(({ fund, account, carried, firstDay }) => ({ fund, account, firstDay: from !== undefined && carried !== 0n ? from : (firstDay ?? from ?? '') })),
  };
}

/** What the export tells, in order: what is carried forward, the entries, and after the last one of each month what then stands. */
export async function* journalItems(snapshot: JournalSnapshot, period: Period): AsyncGenerator<JournalItem, void, undefined> {
  const standing = new Standings(snapshot, period);
  yield* standing.carried();
  let month = period.from?.slice(0, 7);
  for await (const entry of entries(snapshot)) {
    const next = entry.day.slice(0, 7);
    standing.reach(entry.day);
    for (month ??= next; month < next; month = monthAfter(month)) yield* standing.atEndOf(month);
    yield entry;
  }
  // Without a last day it ends with the month of the last entry.
  const last = period.to === undefined ? month : standing.lastDay.slice(0, 7);
  for (; month !== undefined && last !== undefined && month <= last; month = monthAfter(month)) yield* standing.atEndOf(month);
}

/** Postings of one event stand next to each other. */
async function* entries({ postings, funds }: JournalSnapshot): AsyncGenerator<Entry, void, undefined> {
  let entry: (Entry & { readonly postings: Posting[] }) | undefined;
  for await (const row of postings) {
    if (entry?.position !== row.position) {
      if (entry) yield entry;
      entry = { ...entryOf(row, fundOf(funds, row.fund_id)), postings: [] };
    }
    entry.postings.push({ line: row.line, debit: row.debit as AccountCode, credit: row.credit as AccountCode, amount: BigInt(row.amount) });
  }
  if (entry) yield entry;
}

function entryOf(row: PostingRow, fund: ExportedFund): Omit<Entry, 'postings'> {
  const details = Object.fromEntries(DETAILS.map((name) => [name, row[name]])) as Record<Detail, string | null>;
  const { day, position, event, description, reason } = row;
  return { kind: 'entry', fund, day, position, event, description, reason, details, voucher: { kind: row.voucher_kind, year: row.voucher_year, number: row.voucher_number } };
}

/** What stands in each account, moved on month by month. */
class Standings {
  /** No balance is told for a day that the ledger has not seen. */
  lastDay: string;
  private readonly balances = new Map<ExportedFund, Map<AccountCode, bigint>>();
  private readonly months: AsyncIterator<MonthRow>;
  private next: MonthRow | undefined;

  constructor(private readonly snapshot: JournalSnapshot, private readonly period: Period) {
    const { from, to } = period;
    const seen = snapshot.reflected?.day ?? '';
    const last = to === undefined || seen < to ? seen : to;
    this.lastDay = laterOf(last, from ?? last);
    this.months = snapshot.months[Symbol.asyncIterator]();
  }

  /** The clock may have been set back since. */
  reach(day: string): void {
    this.lastDay = laterOf(this.lastDay, day);
  }

  *carried(): Generator<Balances, void, undefined> {
    const day = this.period.from;
    if (day === undefined) return;
    for (const { fund, account, carried } of this.snapshot.accounts) if (carried !== 0n) this.ofFund(fund).set(account, carried);
    for (const fund of this.snapshot.funds.values()) {
      const balances = [...(this.balances.get(fund) ?? [])];
      if (balances.length > 0) yield { kind: 'carried', fund, day, balances };
    }
  }

  async *atEndOf(month: string): AsyncGenerator<Balances, void, undefined> {
    await this.moveThrough(month);
    const end = lastDayOf(month);
    const day = end < this.lastDay ? end : this.lastDay;
    for (const fund of this.snapshot.funds.values()) {
      const balances = [...(this.balances.get(fund) ?? [])].filter(([account]) => ASSERTED.has(CHART[account].kind)).sort(([a], [b]) => (a < b ? -1 : 1));
      if (balances.length > 0) yield { kind: 'standing', fund, day, balances };
    }
  }

  private async moveThrough(month: string): Promise<void> {
    for (;;) {
      this.next ??= ((await this.months.next()) as IteratorResult<MonthRow, undefined>).value;
      if (this.next === undefined || this.next.month > month) return;
      const ofFund = this.ofFund(fundOf(this.snapshot.funds, this.next.fund_id));
      const account = this.next.account as AccountCode;
      ofFund.set(account, (ofFund.get(account) ?? 0n) + BigInt(this.next.change));
      this.next = undefined;
    }
  }

  private ofFund(fund: ExportedFund): Map<AccountCode, bigint> {
    const known = this.balances.get(fund);
    if (known) return known;
    const none = new Map<AccountCode, bigint>();
    this.balances.set(fund, none);
    return none;
  }
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${String(year + 1).padStart(4, '0')}-01` : `${String(year).padStart(4, '0')}-${String(number + 1).padStart(2, '0')}`;
}

function lastDayOf(month: string): string {
  return new Date(Date.parse(`${monthAfter(month)}-01T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
