import { CHART } from '@projections/journal';
import type { AccountCode, LedgerAccount } from '@projections/journal';
import type { ExportedFund } from './entries.js';

/** Memorandum accounts balance each other, so that they stand among equity and add nothing to it. */
const TOP = { asset: 'Assets', net_assets: 'Equity', transfer: 'Equity', income: 'Income', expense: 'Expenses', memorandum: 'Equity' } as const satisfies Record<LedgerAccount['kind'], string>;

const PLAIN = /^[A-Z0-9][A-Za-z0-9-]*$/;
/** Begins every code that is written in another way. */
const WRITTEN_OUT = 'X--';

/**
 * A code as a part of an account's name: a capital or digit, then letters, digits and dashes, which is what beancount
 * takes. A code that is not like that is written out: every other character as its code point in hexadecimal between
 * dashes, so that two codes never make one name.
 */
export function codeInName(code: string): string {
  if (PLAIN.test(code) && !code.startsWith(WRITTEN_OUT)) return code;
  return `${WRITTEN_OUT}${Array.from(code, (one) => (/[A-Za-z0-9]/.test(one) ? one : `-${one.codePointAt(0)?.toString(16)}-`)).join('')}`;
}

const heads = new Map(Object.entries(CHART).map(([account, { kind, en }]) => [account, `${TOP[kind]}:${account}-${en.replaceAll(/[^A-Za-z0-9]+/g, '-')}`]));
const paths = new WeakMap<ExportedFund, string>();

/** `Assets:1110-Cash:QT:QT-Q1`: the account of the chart, the tree, the fund. */
export function accountName(fund: ExportedFund, account: AccountCode): string {
  let path = paths.get(fund);
  if (path === undefined) paths.set(fund, (path = `${codeInName(fund.tree)}:${codeInName(fund.code)}`));
  return `${heads.get(account)}:${path}`;
}
