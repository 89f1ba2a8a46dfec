import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openEventStore } from '@ledger/event-store';
import { closingOf, effectOf, type Effect, type FundBookEvent } from '@ledger/fund-ledger';
import { testEventStore, type TestEventStore } from '../../../../test/support/event-store.js';
import { testDatabase, type TestDatabase } from '../../../../test/support/postgres.js';

const FULL = process.env['SOQUY_FULL'] === '1';
const KILLS = FULL ? 25 : 4;
const SAMPLES = join(process.cwd(), 'samples');
jest.setTimeout(FULL ? 900_000 : 240_000);

let server: TestEventStore;
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  server = await testEventStore();
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'soquy-import-'));
});
afterAll(async () => {
  await server.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended { readonly code: number | null; readonly output: string }

/** `soquy …` as its own process; killed after `killAfterMs` where that is given. */
function soquy(args: readonly string[], killAfterMs?: number): Promise<Ended> {
  const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', ...args], {
    env: { ...process.env, SOQUY_DATA: folder, SOQUY_PG_URL: database.url, SOQUY_EVENTSTORE_URL: server.url }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  if (killAfterMs !== undefined) void delay(killAfterMs).then(() => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Closing per fund code, and how often each command was booked, from the log alone. */
async function readLog(): Promise<{ closings: Record<string, string>; commands: Map<string, number> }> {
  const store = openEventStore(server.url);
  const codes = new Map<string, string>();
  const closings: Record<string, bigint> = {};
  const commands = new Map<string, number>();
  for await (const { type, data, metadata } of store.readAll()) {
    commands.set(metadata.commandId, (commands.get(metadata.commandId) ?? 0) + 1);
    const { fundId, code } = data as { fundId?: string; code?: string };
    if (type === 'FundOpened') codes.set(fundId!, code!);
    const effect: Effect | undefined = 'voucher' in data ? effectOf({ type, data } as unknown as FundBookEvent) : undefined;
    if (effect) closings[codes.get(fundId!)!] = (closings[codes.get(fundId!)!] ?? 0n) + closingOf(effect);
  }
  await store.close();
  return { closings: Object.fromEntries(Object.entries(closings).map(([code, amount]) => [code, String(amount)])), commands };
}

it('killed at any moment and run again, an import books every row once', async () => {
  const set = join(SAMPLES, 'tinh-2023');
  for (let kill = 0; kill < KILLS; kill += 1) await soquy(['import', set], randomInt(500, 4_000));
  const { code, output } = await soquy(['import', set]);
  expect(output).toContain('Đã nhập xong / imported');
  expect(code).toBe(0);

  const { closings, commands } = await readLog();
  const { funds } = JSON.parse(readFileSync(join(set, 'expected.json'), 'utf8')) as { funds: Record<string, { closing?: number }> };
  expect(closings).toEqual(Object.fromEntries(Object.entries(funds).map(([fund, { closing }]) => [fund, String(closing ?? 0)])));
  // Every command makes one event here: two would be a row booked twice.
  expect([...commands.values()].every((times) => times === 1)).toBe(true);

  const again = await soquy(['import', set]);
  expect(again.output).toContain('/ 0 rows booked, 4519 there before');
});

it('a faulty set is refused with every fault named, and nothing is written', async () => {
  const set = join(folder, 'faulty');
  cpSync(join(SAMPLES, 'nam-hoc-2023-24'), set, { recursive: true });
  const file = join(set, 'disbursements.csv');
  const lines = readFileSync(file, 'utf8').split('\n');
  lines[4] = lines[4]!.replace(/,bank,|,cash,/, ',boat,');
  writeFileSync(file, lines.join('\n'));
  const before = (await readLog()).commands.size;
  const { code, output } = await soquy(['import', set]);
  expect(code).toBe(1);
  expect(output).toContain('disbursements.csv:5 [account] value_is_not_in_list: ');
  expect((await readLog()).commands.size).toBe(before);
});

it('a check alone writes nothing', async () => {
  const before = (await readLog()).commands.size;
  const { code, output } = await soquy(['import', '--dry-run', join(SAMPLES, 'nam-hoc-2023-24')]);
  expect(output).toContain('no faults: 2850 rows');
  expect(code).toBe(0);
  expect((await readLog()).commands.size).toBe(before);
});
