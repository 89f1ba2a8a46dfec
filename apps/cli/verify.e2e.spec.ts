import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { VerifiedHouse, appendTree, randomTree } from '../../libs/verification/testing/src/index.js';

jest.setTimeout(900_000);

let house: VerifiedHouse;

interface Ran { readonly status: number | null; readonly stdout: string; readonly stderr: string }

/** The program itself, on the servers and keys of the house; not waited for in a way that would stop them. */
function verify(...args: string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['apps/cli/bin/soquy.mjs', 'verify', ...args], { env: {
      ...process.env, SOQUY_DATA: house.folder, SOQUY_PG_URL: house.databaseUrl, SOQUY_EVENTSTORE_URL: house.storeUrl,
      SOQUY_MASTER_KEY_FILE: join(house.folder, 'master.key'), SOQUY_HASH_SECRET_FILE: join(house.folder, 'hash.key'),
    } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** `$name.` is the schema of that read model's live tables. */
async function sql(text: string): Promise<Record<string, string>[]> {
  const live = await house.database.query<{ name: string; schema_name: string }[]>(`SELECT name, schema_name FROM projection.build WHERE state = 'live'`);
  return house.database.query(live.reduce((statement, { name, schema_name: schema }) => statement.replaceAll(`$${name}.`, `${schema}.`), text));
}

beforeAll(async () => {
  house = await VerifiedHouse.open();
  await house.startProjector();
  const { position } = await appendTree(house.store, randomTree({ seed: 5, rootCode: 'TINH', associations: 6, funds: 3, people: 8, movements: 200, days: 300, isVaried: true, seal: house.seal }));
  await house.caughtUp(position);
  await house.stopProjector();
});
afterAll(async () => { await house.close(); });

it('finds no difference, and says what it covered', async () => {
  const { status, stdout } = await verify();
  expect({ status, last: stdout.trim().split('\n').at(-1) }).toEqual({ status: 0, last: 'Không có sai khác nào / no differences' });
  const [counted] = await sql('SELECT max(events)::text AS events FROM projection.checkpoint');
  expect(stdout).toMatch(new RegExp(`^${counted?.['events']} sự kiện .* rows in \\d+ tables of 8 read models$`, 'm'));
});

it('says when it could not verify, with an exit code of its own', async () => {
  expect(await verify('--at', '0badc0de-1')).toMatchObject({ status: 2, stderr: expect.stringContaining('is of another log') });
  expect(await verify('--at', '999999999999')).toMatchObject({ status: 2, stderr: expect.stringContaining('the log ends at position') });
});

it('names an amount that was changed, a row that was dropped, one that was added, and an edited checkpoint', async () => {
  const [fund] = await sql('SELECT fund_id, cash::text AS cash FROM $fund-balances.fund_total ORDER BY fund_id LIMIT 1');
  const [dropped] = await sql('SELECT fund_id, revision, event_type, position FROM $fund-statement.movement ORDER BY position LIMIT 1');
  const [copied] = await sql('SELECT position, fund_id FROM $journal.posting ORDER BY position, line LIMIT 1');
  await sql(`UPDATE $fund-balances.fund_total SET cash = cash + 7 WHERE fund_id = '${fund?.['fund_id']}'`);
  await sql(`DELETE FROM $fund-statement.movement WHERE position = ${dropped?.['position']}`);
  await sql(`INSERT INTO $journal.posting SELECT (jsonb_populate_record(p, '{"line": 9}')).* FROM $journal.posting p WHERE position = ${copied?.['position']} AND line = 0`);
  await sql(`UPDATE projection.checkpoint SET events = events + 3 WHERE name = 'registry'`);
  const { status, stdout } = await verify('--most', '1');
  expect(status).toBe(1);
  expect(stdout).toContain(`row differs: fund-balances.fund_total: fund_id=${fund?.['fund_id']} (Q`);
  expect(stdout).toMatch(new RegExp(`    cash: có / stored ${BigInt(fund?.['cash'] ?? 0) + 7n}, phải là / should be ${fund?.['cash']}\\n    fundBook-\\S+ revision \\d+ \\w+ position \\d+`));
  expect(stdout).toContain(`row is missing: fund-statement.movement: position=${dropped?.['position']} fund_id=${dropped?.['fund_id']}`);
  expect(stdout).toContain(`    fundBook-${dropped?.['fund_id']} revision ${dropped?.['revision']} ${dropped?.['event_type']} position ${dropped?.['position']}`);
  expect(stdout).toContain(`row too many: journal.posting: position=${copied?.['position']} line=9 fund_id=${copied?.['fund_id']}`);
  expect(stdout).toMatch(/checkpoint: registry\n {4}events: có \/ stored \d+, phải là \/ should be \d+/);
  expect(stdout).toMatch(/\n\d+ sai khác \/ \d+ differences\n$/);
});
