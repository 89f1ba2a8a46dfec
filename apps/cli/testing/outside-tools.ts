import { spawnSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';

// The independent programs that exports are held against. Debian has both; a machine without them leaves those tests out and says so.

const isInstalled = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

export const hasHledger = isInstalled('hledger');
export const hasBeancount = isInstalled('bean-check') && isInstalled('bean-query');

/** The name of a test that needs one of them: it says where it is left out. */
export function needing(isThere: boolean, program: string, name: string): string {
  return isThere ? name : `${name} (LEFT OUT: ${program} is not installed here)`;
}

function run(program: string, args: readonly string[]): string {
  // Both read UTF-8 only where the locale says so.
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stdout.slice(0, 2_000)}${stderr.slice(0, 2_000)}`);
  return stdout;
}

type Cells = Record<string, string>;
const table = (text: string): Cells[] =>
  (parse(text, { columns: true }) as Cells[]).map((cells) => Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name.trim(), cell.trim()])));

/** Balances that are not 0, by account, đồng. Throws where hledger does not accept the file, strictly. */
export function hledgerBalances(file: string): Map<string, bigint> {
  run('hledger', ['-f', file, 'check', '--strict', 'ordereddates', 'payees']);
  const rows = table(run('hledger', ['-f', file, 'balance', '--flat', '--no-total', '-O', 'csv']));
  return new Map(rows.map(({ account, balance }) => [account!, BigInt(balance!.replace(/ VND$/, ''))]));
}

export interface EntryRead { readonly day: string; readonly voucher: string; readonly text: string; readonly position: string }

/** Every transaction as hledger understood it, in the order of the file. */
export function hledgerEntries(file: string): EntryRead[] {
  const rows = table(run('hledger', ['-f', file, 'print', '-O', 'csv']));
  const first = rows.filter((row, index) => row['txnidx'] !== rows[index - 1]?.['txnidx']);
  return first.map(({ date, code, description, comment }) => ({ day: date!, voucher: code!, text: description!, position: /position:(\d+)/.exec(comment!)?.[1] ?? '' }));
}

/** The same from beancount. */
export function beancountBalances(file: string): Map<string, bigint> {
  const said = run('bean-check', [file]);
  if (said !== '') throw new Error(`bean-check: ${said.slice(0, 2_000)}`);
  const rows = table(run('bean-query', ['-q', '-f', 'csv', file, 'select account, sum(number) as total group by account']));
  return new Map(rows.map(({ account, total }): [string, bigint] => [account!, BigInt(total!)]).filter(([, total]) => total !== 0n));
}

export function beancountEntries(file: string): EntryRead[] {
  const rows = table(run('bean-query', ['-q', '-f', 'csv', file, `select date, payee, narration, entry_meta('voucher') as voucher, entry_meta('position') as position`]));
  const first = rows.filter((row, index) => row['position'] !== rows[index - 1]?.['position']);
  return first.map(({ date, payee, narration, voucher, position }) => ({ day: date!, voucher: voucher!, text: `${payee} | ${narration}`, position: position! }));
}
