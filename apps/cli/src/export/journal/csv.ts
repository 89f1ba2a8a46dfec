import { CHART } from '@projections/journal';
import type { AccountCode } from '@projections/journal';
import { DETAILS } from './entries.js';
import type { Balances, Entry, ExportedFund, JournalFormat, JournalItem } from './entries.js';
import { onOneLine } from './plain-text.js';

/** The columns, in order; docs/runbooks/export.md tells what each holds. */
export const CSV_COLUMNS = [
  'day', 'position', 'line', 'event', 'voucher_kind', 'voucher_year', 'voucher_number', 'tree', 'fund', 'fund_id', 'account', 'account_kind', 'account_name_vi', 'account_name_en',
  'debit', 'credit', 'balance', 'description', 'reason', ...DETAILS,
] as const;

/** What a spreadsheet takes for a formula: at the beginning of a cell, or where one that splits at `;` or tab begins a cell. */
const FORMULA = /^(?=\s*[=+\-@＝＋－＠'])/u;
const FORMULA_IN_PART = /;(?=[\s"']*[=+\-@＝＋－＠])/gu;

/** One line, quoted where RFC 4180 asks for it; what would be a formula gets an apostrophe before it. */
export function csvText(text: string | null): string {
  if (text === null || text === '') return '';
  const harmless = onOneLine(text).replace(FORMULA_IN_PART, ";'").replace(FORMULA, "'");
  return /[",;\s]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** RFC 4180. A line is one side of a posting; balances run on through the whole export. */
export function csv(): JournalFormat {
  const balances = new Map<ExportedFund, Map<AccountCode, bigint>>();
  const moved = (fund: ExportedFund, account: AccountCode, amount: bigint): bigint => {
    const ofFund = balances.get(fund) ?? new Map<AccountCode, bigint>();
    balances.set(fund, ofFund);
    const balance = (ofFund.get(account) ?? 0n) + amount;
    ofFund.set(account, balance);
    return balance;
  };
  const side = (fund: ExportedFund, account: AccountCode, amount: bigint): string => {
    const { kind, vi, en } = CHART[account];
    return [...[fund.tree, fund.code, fund.fundId, account, kind, vi, en].map(csvText), amount > 0n ? amount : '', amount < 0n ? -amount : '', moved(fund, account, amount)].join(',');
  };
  return {
    begin: () => `${CSV_COLUMNS.join(',')}\r\n`,
    item: (one: JournalItem) => (one.kind === 'entry' ? entryLines(one, side) : one.kind === 'carried' ? carriedLines(one, side) : ''),
    end: () => '',
  };
}

type Side = (fund: ExportedFund, account: AccountCode, amount: bigint) => string;

function entryLines({ fund, day, position, event, voucher, description, reason, details, postings }: Entry, side: Side): string {
  const before = `${day},${position}`;
  const about = `${event},${voucher.kind},${voucher.year},${voucher.number}`;
  const after = [description, reason, ...DETAILS.map((name) => details[name])].map(csvText).join(',');
  return postings.map(({ line, debit, credit, amount }) =>
    `${before},${line * 2 + 1},${about},${side(fund, debit, amount)},${after}\r\n${before},${line * 2 + 2},${about},${side(fund, credit, -amount)},${after}\r\n`).join('');
}

function carriedLines({ fund, day, balances }: Balances, side: Side): string {
  const nothing = ','.repeat(2 + DETAILS.length - 1);
  return balances.map(([account, balance], index) => `${day},,${index + 1},CarriedForward,,,,${side(fund, account, balance)},${nothing}\r\n`).join('');
}
