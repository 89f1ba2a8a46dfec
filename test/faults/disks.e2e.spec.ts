import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    // Postgres' own user has to get in, or its files would be elsewhere.
    chmodSync(dataFolder, 0o755);
    storeDisk = new SmallDisk(join(dataFolder, 'eventstore'), 320);
    postgresDisk = new SmallDisk(join(dataFolder, 'postgres'), 250);
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

  /** Somebody who asks for something is told "not now", or readiness says that a read model cannot be written. */
  const isFelt = async (): Promise<boolean> => {
    const attempts = await Promise.all(orders(100).map((one) => attempt(url(), one, house.token)));
    for (const { status, code } of attempts) expect([201, 503, 0]).toContain(code === 'internal_error' ? code : status);
    return attempts.some(({ status }) => status !== 201) || !(await house.isReady());
  };

  async function goesOnOnceThereIsRoom(disk: SmallDisk, bytesLeft: number): Promise<void> {
    disk.fillUpTo(bytesLeft);
    await until(isFelt);
    const sent = orders(40);
    await Promise.all(sent.map((one) => attempt(url(), one, house.token)));
    if (disk === storeDisk) expect((await fetch(`${url()}/funds/TT:F/balance`)).status).toBe(200);
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
  });

  (MAY_MOUNT && FULL ? it : it.skip)('under Postgres: nothing acknowledged is lost, and all goes on when there is room', async () => {
    await goesOnOnceThereIsRoom(postgresDisk, 0);
  });
});
