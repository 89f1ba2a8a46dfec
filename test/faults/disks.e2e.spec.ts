import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { donation, found } from './support/founding.js';
import { contradictions, readLog } from './support/ledger-log.js';
import { KillableStandalone } from './support/killable-standalone.js';
import { ACTOR, ProcessHouse, TOKEN, until } from './support/process-house.js';
import { mayMount, SmallDisk } from './support/small-disk.js';
import { attempt, persist, type Order } from './support/steady-client.js';
import { foundByVerifying } from './support/verdict.js';

const FULL = process.env['SOQUY_FULL'] === '1';
const SLOW_DISK = join(process.cwd(), 'test/faults/support/slow-disk.mjs');
const MIB = 1024 * 1024;

jest.setTimeout(300_000);

/** Makes Postgres begin another file of its write-ahead log, for which there may be no room. */
async function nextWalFile(pgUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: pgUrl, connectionTimeoutMillis: 2_000 });
  // What ends the connection is what this is for.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_switch_wal()');
    await client.end();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

const orders = (count: number): Order[] => Array.from({ length: count }, () => donation('F', 3n));

it('a slow disk under the event store makes commands slow, or unknown, and never books one twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soquy-slow-'));
  const pace = join(folder, 'pace');
  writeFileSync(pace, '0');
  const house = await ProcessHouse.open({ imports: [SLOW_DISK], env: { SLOW_DISK: pace } });
  const api = await house.start('api');
  await found(() => api.url, TOKEN, ['F']);
  writeFileSync(pace, '300');
  const slow = await Promise.all(orders(20).map((one) => persist(() => api.url, one, TOKEN)));
  expect(slow.map(({ last }) => last.status)).toEqual(slow.map(() => 201));
  writeFileSync(pace, '4000');
  const [late] = orders(1);
  const { status, code } = await attempt(api.url, late!, TOKEN);
  expect([status, code]).toEqual([503, 'outcome_unknown']);
  writeFileSync(pace, '0');
  const answered = await persist(() => api.url, late!, TOKEN);
  expect(answered.last.status).toBe(201);
  expect(contradictions(await readLog(house.servers.eventstoreUrl), [...slow, answered], ACTOR)).toEqual([]);
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

const MAY_MOUNT = mayMount();
if (!MAY_MOUNT) console.warn('A full disk is not tried here: this machine does not let the test mount one (root is needed).');

describe('a full disk', () => {
  let dataFolder: string;
  let storeDisk: SmallDisk;
  let postgresDisk: SmallDisk;
  let house: KillableStandalone;
  const url = (): string => house.instance.apiUrl;

  beforeAll(async () => {
    if (!MAY_MOUNT) return;
    dataFolder = mkdtempSync(join(tmpdir(), 'soquy-full-disk-'));
    storeDisk = new SmallDisk(join(dataFolder, 'eventstore'), 320);
    postgresDisk = new SmallDisk(join(dataFolder, 'postgres'), 400);
    house = await KillableStandalone.start({ dataFolder });
    await found(url, house.token, ['F']);
  });
  afterAll(async () => {
    if (!MAY_MOUNT) return;
    await house.stop();
    storeDisk.remove();
    postgresDisk.remove();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  async function goesOnOnceThereIsRoom(disk: SmallDisk, bytesLeft: number, press: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    disk.fillUpTo(bytesLeft);
    const sent = orders(40);
    // Until the disk has no more room for what comes; a part that cannot go on without it may end and be started again.
    const before = await Promise.all(sent.map((one) => attempt(url(), one, house.token)));
    await until(async () => {
      await press();
      return ![201, 422].includes((await attempt(url(), donation('F', 1n), house.token)).status);
    });
    for (const { status, code } of before) expect([201, 503, 0]).toContain(code === 'internal_error' ? code : status);
    disk.empty();
    await house.startAgainIfItEnded();
    const answered = await Promise.all(sent.map((one) => persist(url, one, house.token)));
    await house.untilReady();
    expect(answered.map(({ last }) => last.status)).toEqual(sent.map(() => 201));
    expect(contradictions(await readLog(house.instance.eventstoreUrl), answered, ACTOR)).toEqual([]);
    expect(await foundByVerifying(house.instance, house.secrets)).toBe('');
  }

  (MAY_MOUNT ? it : it.skip)('under the event store: nothing is written below the reserve, queries answer, and all goes on when there is room', async () => {
    await goesOnOnceThereIsRoom(storeDisk, 100 * MIB);
    const answer = await fetch(`${url()}/funds/TT:F/balance`);
    expect(answer.status).toBe(200);
  });

  (MAY_MOUNT && FULL ? it : it.skip)('under Postgres: nothing acknowledged is lost, and all goes on when there is room', async () => {
    await goesOnOnceThereIsRoom(postgresDisk, 0, () => nextWalFile(house.instance.pgUrl));
  });
});
