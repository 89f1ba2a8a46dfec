import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEventStore } from '@ledger/event-store';
import type { EventStore } from '@ledger/event-store';
import { CheckpointWatch, projectorDataSource, readBuilds } from '@ledger/projection-runtime';
import { FUND_BALANCES, fundBalance } from '@projections/fund-balances';
import { ASSOCIATION_TOTALS, associationTotals } from '@projections/association-totals';
import type { DataSource } from 'typeorm';
import { testEventStore } from '../../../test/support/event-store.js';
import { testDatabase } from '../../../test/support/postgres.js';

const FULL = process.env['SOQUY_FULL'] === '1';
const KILLS = FULL ? 40 : 6;
const EVENTS = 5_000;
const NAMES = [FUND_BALANCES, ASSOCIATION_TOTALS];

jest.setTimeout(240_000);

describe('the projector\'s process', () => {
  let server: Awaited<ReturnType<typeof testEventStore>>;
  let store: EventStore;
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let admin: DataSource;
  let folder: string;
  const children = new Set<ChildProcess>();

  beforeEach(async () => {
    server = await testEventStore();
    store = openEventStore(server.url);
    database = await testDatabase();
    admin = await projectorDataSource(database.url, 4).initialize();
    folder = mkdtempSync(join(tmpdir(), 'soquy-projector-'));
  });
  afterEach(async () => {
    await Promise.all([...children].map((child) => end(child, 'SIGKILL')));
    await admin.destroy();
    await store.close();
    await server.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Resolves with its ready line. */
  async function start(): Promise<{ child: ChildProcess; ready: Record<string, unknown> }> {
    const child = spawn(process.execPath, ['dist/apps/projector/src/main.js'], {
      env: { ...process.env, SOQUY_DATA: folder, SOQUY_PG_URL: database.url, SOQUY_EVENTSTORE_URL: server.url, SOQUY_LOG_LEVEL: 'warn' }, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      child.once('exit', (code) => reject(new Error(`the projector ended with ${code}: ${errors}`)));
    });
    return { child, ready: JSON.parse(line) as Record<string, unknown> };
  }
  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return ended;
  }

  const associationId = randomUUID();
  function metadata(): { commandId: string; inputHash: string; correlationId: string; causationId: string; actorId: string; recordedAt: string; schemaVersion: number } {
    const id = randomUUID();
    return { commandId: id, inputHash: '', correlationId: id, causationId: id, actorId: 'spec', recordedAt: new Date().toISOString(), schemaVersion: 1 };
  }
  async function append(stream: string, expected: bigint | 'no_stream', events: readonly { type: string; data: object }[]): Promise<{ lastRevision: bigint; position: bigint }> {
    const outcome = await store.append(stream, expected, events.map((event) => ({ ...event, id: randomUUID(), metadata: metadata() })));
    if (outcome.kind !== 'appended') throw new Error(`not appended: ${outcome.kind}`);
    return outcome;
  }
  async function openFund(fundId: string): Promise<void> {
    const fund = { fundId, associationId, code: fundId, rootCode: 'R', name: 'Quỹ', restriction: 'unrestricted', openedOn: '2023-01-01', effectiveOn: '2023-01-01', opening: { cash: '0', bank: '0', goods: '0' }, endowmentPrincipal: '0' };
    await append(`fund-${fundId}`, 'no_stream', [{ type: 'FundOpened', data: fund }]);
    await append(`fundBook-${fundId}`, 'no_stream', [{ type: 'FundBookOpened', data: fund }]);
  }
  async function registerAssociation(): Promise<void> {
    await append(`association-${associationId}`, 'no_stream', [{ type: 'AssociationRegistered', data: { associationId, rootId: associationId, rootCode: 'R', code: 'R', name: 'Hội', level: 'province', members: 1, establishedOn: '2000-01-01' } }]);
  }

  it(`counts each of ${EVENTS} events once, killed ${KILLS} times while they flow`, async () => {
    const fundIds = Array.from({ length: 5 }, () => randomUUID());
    await registerAssociation();
    for (const fundId of fundIds) await openFund(fundId);
    const revisions = new Map(fundIds.map((fundId) => [fundId, 0n]));
    const cash = new Map(fundIds.map((fundId) => [fundId, 0n]));
    let position = 0n;
    const writing = (async () => {
      for (let written = 0; written < EVENTS; written += 50) {
        const fundId = fundIds[randomInt(fundIds.length)]!;
        const amounts = Array.from({ length: 50 }, () => BigInt(randomInt(1, 1_000_000)));
        const outcome = await append(`fundBook-${fundId}`, revisions.get(fundId)!, amounts.map((amount) => ({
          type: 'DonationReceived', data: { fundId, account: 'cash', amount: amount.toString(), donorId: randomUUID(), effectiveOn: `2023-0${randomInt(1, 10)}-1${randomInt(10)}` } })));
        revisions.set(fundId, outcome.lastRevision);
        cash.set(fundId, cash.get(fundId)! + amounts.reduce((sum, amount) => sum + amount, 0n));
        position = outcome.position;
        await sleep(20 + randomInt(40));
      }
    })();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { child } = await start();
      await sleep(randomInt(20, 700));
      await end(child, 'SIGKILL');
    }
    await writing;
    await start();
    expect(await new CheckpointWatch(admin).waitFor(position, NAMES, 30_000)).toEqual({ kind: 'reached' });
    for (const fundId of fundIds) {
      const { value } = await fundBalance(admin, fundId);
      expect(value?.figures.cash).toBe(cash.get(fundId)!.toString());
      expect((await fundBalance(admin, fundId, { on: '2023-12-31' })).value?.figures.cash).toBe(cash.get(fundId)!.toString());
    }
    const { value } = await associationTotals(admin, [associationId], { withDescendants: true });
    expect(value[0]?.figures).toMatchObject({ donations: EVENTS, received_money: [...cash.values()].reduce((sum, amount) => sum + amount, 0n).toString() });
  });

  it('hands over within 10 s when the active one of two is killed', async () => {
    const first = await start();
    expect(first.ready).toMatchObject({ pid: first.child.pid, projections: expect.arrayContaining(NAMES) });
    const second = await start();
    await registerAssociation();
    const writers = async (): Promise<Set<string | undefined>> => new Set((await readBuilds(admin)).map((build) => build.writer?.split(' ')[1]));
    expect(await writers()).toEqual(new Set([String(first.child.pid)]));
    await end(first.child, 'SIGKILL');
    const killedAt = Date.now();
    const fundId = randomUUID();
    await openFund(fundId);
    const { position } = await append(`fundBook-${fundId}`, 0n, [{ type: 'DonationReceived', data: { fundId, account: 'cash', amount: '5', donorId: randomUUID(), effectiveOn: '2023-02-01' } }]);
    expect(await new CheckpointWatch(admin).waitFor(position, NAMES, 10_000 - (Date.now() - killedAt))).toEqual({ kind: 'reached' });
    expect(await writers()).toEqual(new Set([String(second.child.pid)]));
  });

  it('stops cleanly when asked, and says what is missing in its settings', async () => {
    const { child } = await start();
    expect(await end(child, 'SIGTERM')).toBe(0);
    const lost = spawn(process.execPath, ['dist/apps/projector/src/main.js'], { env: { ...process.env, SOQUY_DATA: folder, SOQUY_PG_URL: '', SOQUY_EVENTSTORE_URL: '' }, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    lost.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
    expect(await new Promise((resolve) => lost.once('close', resolve))).toBe(2);
    expect(errors).toContain('SOQUY_PG_URL and SOQUY_EVENTSTORE_URL');
  });
});
