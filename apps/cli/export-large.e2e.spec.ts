import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { testDatabase } from '../../test/support/postgres.js';
import { HandMadeBooks, idOf } from './testing/hand-made-books.js';
import { beancountBalances, hasBeancount, hasHledger, hledgerBalances } from './testing/outside-tools.js';

jest.setTimeout(1_800_000);

// SOQUY_FULL: the size of the journal; a short run makes sure that the test itself works.
const MOVEMENTS = process.env['SOQUY_FULL'] === undefined ? 3_000 : 150_000;
const FUNDS = 40;
const LARGEST_MIB = 300;

let database: Awaited<ReturnType<typeof testDatabase>>;
let books: HandMadeBooks;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  books = await HandMadeBooks.open(database.url);
  folder = mkdtempSync(join(tmpdir(), 'soquy-large-'));
  books.associate('L', 'L');
  const funds = Array.from({ length: FUNDS }, (_, index) => ({ tree: 'L', code: `L-${index}` }));
  for (const fund of funds) books.openFund({ ...fund, association: 'L', bank: '1000000' });
  for (let index = 0; index < MOVEMENTS; index += 1) {
    const day = new Date(Date.parse('2023-01-01T00:00:00Z') + Math.floor((index * 700) / MOVEMENTS) * 86_400_000).toISOString().slice(0, 10);
    books.book(funds[index % FUNDS]!, 'DonationReceived', 'receipt', day, { account: index % 3 === 0 ? 'cash' : 'bank', amount: String(1 + (index % 997)), donorId: idOf('donor'), description: 'Ủng hộ "quỹ"; đợt | một' });
    if (index % 20_000 === 19_999) await books.project();
  }
  await books.project();
});
afterAll(async () => {
  await books.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the export as a process of its own; the store is away, so that it exports what the read models hold. Answers the most memory it took, MiB. */
async function exported(format: string, path: string): Promise<number> {
  const child = spawn(process.execPath, ['apps/cli/bin/soquy.mjs', 'export', 'journal', '--format', format], {
    env: { ...process.env, SOQUY_DATA: folder, SOQUY_PG_URL: database.url, SOQUY_EVENTSTORE_URL: 'esdb://127.0.0.1:9?tls=false' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let most = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const file = createWriteStream(path);
  for await (const chunk of child.stdout) {
    const status = child.exitCode === null ? /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) : null;
    most = Math.max(most, Number(status?.[1] ?? 0) / 1_024);
    if (!file.write(chunk)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
  }
  await finished(file.end());
  expect({ status: await ended, said: said.includes('event store does not answer') }).toEqual({ status: 0, said: true });
  return most;
}

it.each(['hledger', 'beancount', 'csv'])(`exports ${MOVEMENTS} movements as %s in bounded memory, also while the store is away`, async (format) => {
  const path = join(folder, format === 'hledger' ? 'large.journal' : `large.${format}`);
  const most = await exported(format, path);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(LARGEST_MIB);
  const [sums] = (await books.database.query(`SELECT sum(debit - credit)::text AS sum FROM read.account_day WHERE account IN ('1110', '1120')`)) as { sum: string }[];
  const inAssets = (balances: ReadonlyMap<string, bigint>): bigint => [...balances].reduce((sum, [account, balance]) => (account.startsWith('Assets:') ? sum + balance : sum), 0n);
  if (format === 'hledger' && hasHledger) expect(inAssets(hledgerBalances(path))).toBe(BigInt(sums!.sum));
  if (format === 'beancount' && hasBeancount) expect(inAssets(beancountBalances(path))).toBe(BigInt(sums!.sum));
});
