import { addDays } from '@ledger/kernel';
import { accountName } from './account-names.js';
import { DETAILS } from './entries.js';
import type { Balances, Entry, ExportedFund, JournalFormat, JournalHead, JournalItem } from './entries.js';
import { onOneLine, remarkOf } from './plain-text.js';

const quoted = (text: string): string => `"${onOneLine(text).replace(/["\\]/g, '\\$&')}"`;

/** The format of Beancount 2: https://beancount.github.io/docs/beancount_language_syntax.html */
export const beancount: JournalFormat = { begin, item, end: (entries) => `; end: ${entries} entries\n` };

function begin({ funds, accounts, from, to, position, scope }: JournalHead): string {
  const about = [`scope: ${scope}`, `from ${from ?? 'the opening'} to ${to ?? 'the last entry'}`, `position: ${position ?? 'empty'}`].map((line) => `; ${onOneLine(line)}\n`);
  const names = funds.map(({ tree, code, name }) => `; fund ${onOneLine(`${tree}:${code} = ${name}`)}\n`);
  const opened = accounts.map(({ fund, account, firstDay }) => `${firstDay} open ${accountName(fund, account)} VND\n`);
  return ['option "title" "Sổ Quỹ: sổ nhật ký / journal"\noption "operating_currency" "VND"\n', ...about, ...names, '\n', ...opened, '\n'].join('');
}

function item(one: JournalItem): string {
  if (one.kind === 'entry') return entryText(one);
  return one.kind === 'carried' ? carriedText(one) : standingText(one);
}

function entryText(entry: Entry): string {
  const { fund, day, position, voucher, event, postings, details } = entry;
  const lines = [
    `${day} * ${quoted(event)} ${quoted(remarkOf(entry))}`, `  voucher: "${voucher.kind}/${voucher.year}/${voucher.number}"`, `  position: "${position}"`, `  fund: ${fundText(fund)}`,
    ...DETAILS.flatMap((name) => (details[name] === null ? [] : [`  ${name.replaceAll('_', '-')}: ${quoted(details[name])}`])),
  ];
  for (const { debit, credit, amount } of postings) lines.push(`  ${accountName(fund, debit)}  ${amount} VND`, `  ${accountName(fund, credit)}  -${amount} VND`);
  return `${lines.join('\n')}\n\n`;
}

function carriedText({ fund, day, balances }: Balances): string {
  const lines = balances.map(([account, balance]) => `  ${accountName(fund, account)}  ${balance} VND\n`);
  return `${day} * "CarriedForward" ""\n  fund: ${fundText(fund)}\n${lines.join('')}\n`;
}

/** A balance holds at the beginning of its day. */
function standingText({ fund, day, balances }: Balances): string {
  const morning = addDays(day, 1);
  return `${balances.map(([account, balance]) => `${morning} balance ${accountName(fund, account)}  ${balance} VND\n`).join('')}\n`;
}

function fundText({ tree, code }: ExportedFund): string {
  return quoted(`${tree}:${code}`);
}
