import { eventTypesOf } from '@ledger/fund-ledger';
import { accountName } from './account-names.js';
import { DETAILS } from './entries.js';
import type { Balances, Entry, JournalFormat, JournalHead, JournalItem } from './entries.js';
import { onOneLine, remarkOf } from './plain-text.js';

/**
 * hledger has no way to quote in a description or a tag: characters that mean something there are written as their wide
 * forms. Nothing of what people wrote stands anywhere else but in comments of their own line.
 */
const WIDE: Readonly<Record<string, string>> = { ';': '；', '|': '｜', ',': '，', '[': '［', ']': '］' };
const inDescription = (text: string): string => onOneLine(text).replace(/[;|]/g, (one) => WIDE[one] ?? one);
const inTag = (text: string): string => onOneLine(text).replace(/[;,[\]]/g, (one) => WIDE[one] ?? one);

const CARRIED = 'CarriedForward';
const ASSERTED = 'BalanceAssertion';

/** The format of hledger: https://hledger.org/hledger.html#journal */
export const hledger: JournalFormat = { begin, item, end: (entries) => `; end: ${entries} entries\n` };

function begin({ funds, accounts, from, to, position, scope }: JournalHead): string {
  const about = [
    'Sổ Quỹ: sổ nhật ký / journal', `scope: ${scope}`, `from ${from ?? 'the opening'} to ${to ?? 'the last entry'}`, `position: ${position ?? 'empty'}`,
    ...funds.map(({ tree, code, name }) => `fund ${tree}:${code} = ${name}`),
  ].map((line) => `; ${onOneLine(line)}\n`);
  const payees = [...eventTypesOf('fundBook'), CARRIED, ASSERTED].map((event) => `payee ${event}\n`);
  return [...about, '\ncommodity VND\n', ...payees, ...accounts.map(({ fund, account }) => `account ${accountName(fund, account)}\n`), '\n'].join('');
}

function item(one: JournalItem): string {
  return one.kind === 'entry' ? entryText(one) : balancesText(one);
}

function entryText(entry: Entry): string {
  const { fund, day, voucher, event, postings } = entry;
  const remark = inDescription(remarkOf(entry));
  const lines = [`${day} * (${voucher.kind}/${voucher.year}/${voucher.number}) ${event}${remark === '' ? '' : ` | ${remark}`}`, `    ; ${tags(entry)}`];
  for (const { debit, credit, amount } of postings) lines.push(`    ${accountName(fund, debit)}  ${amount} VND`, `    ${accountName(fund, credit)}  -${amount} VND`);
  return `${lines.join('\n')}\n\n`;
}

function tags({ fund, position, details }: Entry): string {
  const given = DETAILS.flatMap((name) => (details[name] === null ? [] : [`${name.replaceAll('_', '-')}:${inTag(details[name])}`]));
  return [`position:${position}`, `fund:${inTag(`${fund.tree}:${fund.code}`)}`, ...given].join(', ');
}

/** An assertion holds for what stands above it in the file on its own day and for all days before. */
function balancesText({ kind, fund, day, balances }: Balances): string {
  const title = kind === 'carried' ? CARRIED : ASSERTED;
  const lines = balances.map(([account, balance]) => `    ${accountName(fund, account)}  ${kind === 'carried' ? `${balance} VND` : '0 VND'} = ${balance} VND`);
  return `${day} * ${title} | ${inDescription(`${fund.tree}:${fund.code}`)}\n${lines.join('\n')}\n\n`;
}
