import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { databaseAt } from '@ledger/postgres';
import type { DataSource } from 'typeorm';
import { donation, found, payment, transfer, TREE } from '../../test/faults/support/founding.js';
import { soquy } from '../../test/faults/support/command-line.js';
import { persist, receiptOf } from '../../test/faults/support/steady-client.js';
import { discardDataFolder, RunningStandalone } from '../../test/support/standalone.js';

jest.setTimeout(600_000);

const FUNDS = ['F1', 'F2', 'F3'] as const;
const NOTHING_FOUND = 'Không có sai khác nào / no differences';

let house: RunningStandalone;
let database: DataSource;

beforeAll(async () => {
  house = RunningStandalone.start({ env: { SOQUY_LOG_LEVEL: 'warn' } });
  await house.untilRunning();
  const { apiUrl, pgUrl } = house.instance;
  await found(() => apiUrl, house.token, FUNDS, '1000');
  let position = '';
  for (const one of FUNDS.flatMap((fund, at) => [donation(fund, 500n), payment(fund, 40n), transfer(fund, FUNDS[(at + 1) % FUNDS.length]!, 7n)])) {
    const answered = await persist(() => apiUrl, one, house.token);
    expect(answered.last.status).toBe(201);
    ({ position } = receiptOf(answered));
  }
  // Once this is answered the read models that are asked here reflect it; verifying waits for nobody.
  for (const path of ['balance', 'statement', 'trial-balance']) {
    const answer = await fetch(`${apiUrl}/funds/${TREE}:F1/${path}?atPosition=${position}`, { headers: { authorization: `Bearer ${house.token}` } });
    expect(answer.status).toBe(200);
  }
  database = await databaseAt(pgUrl, { poolSize: 2 }).initialize();
});
afterAll(async () => {
  if (database.isInitialized) await database.destroy();
  await house.stop();
  discardDataFolder(house.dataFolder);
});

/** `$name.` is the schema of that read model's live tables. */
async function sql(text: string): Promise<Record<string, string>[]> {
  const live = await database.query<{ name: string; schema_name: string }[]>(`SELECT name, schema_name FROM projection.build WHERE state = 'live'`);
  return database.query(live.reduce((statement, { name, schema_name: schema }) => statement.replaceAll(`$${name}.`, `${schema}.`), text));
}

async function verified(): Promise<{ readonly code: number | null; readonly last: string | undefined; readonly output: string }> {
  const { code, output, errors } = await soquy(house.dataFolder, 'verify');
  if (code === 2) throw new Error(errors);
  return { code, last: output.trim().split('\n').at(-1), output };
}

it('names what was done to the tables, and finds nothing after they were made anew from the log', async () => {
  expect(await verified()).toMatchObject({ code: 0, last: NOTHING_FOUND });
  const [changed] = await sql('SELECT fund_id, day::text AS day FROM $fund-balances.fund_day ORDER BY fund_id, day LIMIT 1');
  const [dropped] = await sql('SELECT position::text AS position, fund_id FROM $fund-statement.movement ORDER BY position LIMIT 1');
  const [copied] = await sql('SELECT position::text AS position, line::text AS line FROM $journal.posting ORDER BY position, line LIMIT 1');
  await sql(`UPDATE $fund-balances.fund_day SET bank = bank + 1 WHERE fund_id = '${changed?.['fund_id']}' AND day = '${changed?.['day']}'`);
  await sql(`DELETE FROM $fund-statement.movement WHERE position = ${dropped?.['position']}`);
  await sql(`INSERT INTO $journal.posting SELECT (jsonb_populate_record(p, '{"line": 9}')).* FROM $journal.posting p WHERE position = ${copied?.['position']} AND line = ${copied?.['line']}`);
  await sql(`UPDATE projection.checkpoint SET events = events + 3 WHERE name = 'pledges'`);

  const { code, output } = await verified();
  expect(code).toBe(1);
  expect(output).toMatch(new RegExp(`row differs: fund-balances.fund_day: fund_id=${changed?.['fund_id']} .*day=${changed?.['day']} .*\\n    bank: có / stored \\d+, phải là / should be \\d+\\n    fundBook-${changed?.['fund_id']} revision \\d+ \\w+ position \\d+`));
  expect(output).toMatch(new RegExp(`row is missing: fund-statement.movement: position=${dropped?.['position']} fund_id=${dropped?.['fund_id']} .*\\n    fundBook-${dropped?.['fund_id']} revision \\d+ \\w+ position ${dropped?.['position']}`));
  expect(output).toContain(`row too many: journal.posting: position=${copied?.['position']} line=9`);
  expect(output).toMatch(/checkpoint: pledges\n {4}events: có \/ stored \d+, phải là \/ should be \d+/);

  expect(await soquy(house.dataFolder, 'rebuild', 'all')).toMatchObject({ code: 0 });
  expect(await verified()).toMatchObject({ code: 0, last: NOTHING_FOUND });
});

it('names the place of a byte that was changed in the log, which the store then refuses to serve', async () => {
  await database.destroy();
  await house.stop();
  const folder = join(house.dataFolder, 'eventstore');
  const segment = readdirSync(folder).find((name) => name.endsWith('.log'))!;
  const place = readFileSync(join(folder, segment)).indexOf('DonationReceived');
  expect(place).toBeGreaterThan(0);
  const file = openSync(join(folder, segment), 'r+');
  writeSync(file, 'd', place);
  closeSync(file);

  const again = RunningStandalone.start({ dataFolder: house.dataFolder });
  const refused = await again.untilRunning().then(() => '', (error: Error) => error.message);
  const { code, output } = await soquy(house.dataFolder, 'eventstore', 'verify', '--dir', folder);
  expect(code).toBe(1);
  for (const [told, words] of [[refused, 'is damaged at byte'], [output, 'byte']] as const) {
    const [, byte] = new RegExp(`${segment} ${words} (\\d+)`).exec(told) ?? [];
    // The record's beginning, or the byte itself.
    expect({ told, isThere: byte !== undefined && Number(byte) <= place }).toEqual({ told, isThere: true });
  }
});
