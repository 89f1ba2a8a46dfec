import { openEventStore } from '@ledger/event-store';
import type { EventStore } from '@ledger/event-store';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { CounterStream, tallyProjection } from '../testing/src/index.js';
import { testEventStore } from '../../../test/support/event-store.js';
import { testDatabase } from '../../../test/support/postgres.js';
import { CheckpointWatch, Projector, askForRebuild, ensureProjections, projectorDataSource, readBuilds } from './index.js';
import type { Build, Projection } from './index.js';

jest.setTimeout(60_000);

describe('projector', () => {
  let server: Awaited<ReturnType<typeof testEventStore>>;
  let store: EventStore;
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let admin: DataSource;
  let watch: CheckpointWatch;
  let counter: CounterStream;
  const running: { projector: Projector; source: DataSource }[] = [];
  const reports: string[] = [];

  beforeEach(async () => {
    server = await testEventStore();
    store = openEventStore(server.url);
    database = await testDatabase();
    admin = await projectorDataSource(database.url, 4).initialize();
    watch = new CheckpointWatch(admin);
    counter = new CounterStream(store, 'a');
  });
  afterEach(async () => {
    for (const one of running.splice(0)) await stop(one);
    reports.length = 0;
    await admin.destroy();
    await store.close();
    await server.close();
    await database.close();
  });

  async function start(projections: readonly Projection[] = [tallyProjection()], eventStore = store): Promise<(typeof running)[number]> {
    const source = await projectorDataSource(database.url, 6).initialize();
    const projector = new Projector({ database: source, store: eventStore, projections, writer: `spec ${running.length}`, report: (_level, message, details) => reports.push(`${message} ${JSON.stringify(details)}`) });
    await projector.start();
    const one = { projector, source };
    running.push(one);
    return one;
  }
  async function stop(one: (typeof running)[number]): Promise<void> {
    await one.projector.stop();
    await one.source.destroy();
    if (running.includes(one)) running.splice(running.indexOf(one), 1);
  }
  async function sums(view = 'tally_sum'): Promise<unknown> {
    return admin.query(`SELECT counter, amount::text AS amount, events::integer AS events FROM read.${view} ORDER BY counter`);
  }
  async function build(name = 'tally', holds: (build: Build) => boolean = () => true): Promise<Build> {
    for (let attempt = 0; attempt < 400; attempt += 1) {
      const found = (await readBuilds(admin)).find((one) => one.name === name && holds(one));
      if (found) return found;
      await sleep(50);
    }
    throw new Error(`no such build of ${name}: ${JSON.stringify(await admin.query('SELECT * FROM projection.build'))}`);
  }
  /** Its tables too. */
  async function gone(name: string, number: number): Promise<void> {
    for (let attempt = 0; attempt < 400; attempt += 1) {
      const isKnown = (await readBuilds(admin)).some((one) => one.name === name && one.build === number);
      if (!isKnown) return expect(await admin.query(`SELECT to_regnamespace($1) AS schema`, [`p_${name}_${number}`])).toEqual([{ schema: null }]);
      await sleep(50);
    }
    throw new Error(`build ${number} of ${name} is still there`);
  }
  const reached = async (position: bigint, ...names: string[]): Promise<void> =>
    expect(await watch.waitFor(position, names.length > 0 ? names : ['tally'], 30_000)).toEqual({ kind: 'reached' });

  it('shows an event once its position is reached, and moves past events that a projection does not handle', async () => {
    await start();
    await reached(await counter.count('5', '7'));
    expect(await sums()).toEqual([{ counter: 'a', amount: '12', events: 2 }]);
    await reached(await counter.append('SomethingElse', [{}]));
    const { caughtUp, logId, eventTime } = await build('tally', (one) => one.caughtUp);
    expect({ caughtUp, logId }).toEqual({ caughtUp: true, logId: await store.logId() });
    expect(eventTime).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('goes on where it stopped, through many batches', async () => {
    const first = await start();
    await reached(await counter.count('1'));
    await stop(first);
    for (let n = 0; n < 5; n += 1) await counter.count(...Array.from({ length: 700 }, () => '1'));
    const position = await counter.count('1');
    await start();
    await reached(position);
    expect(await sums()).toEqual([{ counter: 'a', amount: '3502', events: 3502 }]);
    expect((await build()).events).toBe(BigInt((await admin.query('SELECT 3503 AS n'))[0].n));
  });

  it('stops only the projection that an event poisons, right before that event, and says which', async () => {
    const picky = tallyProjection('picky', 1, (event) => { if (event.data['amount'] === '13') throw new Error('thirteen is not taken'); });
    const both = await start([tallyProjection(), picky]);
    await counter.count('1', '2', '13', '4');
    const position = await counter.count('8');
    await reached(position, 'tally');
    const { stoppage } = await build('picky', (one) => one.stoppage !== undefined);
    expect(stoppage).toMatchObject({ reason: 'thirteen is not taken', event: { stream: 'counter-a', revision: '2', type: 'Counted' } });
    expect(await sums('picky_sum')).toEqual([{ counter: 'a', amount: '3', events: 2 }]);
    expect(await watch.waitFor(position, ['tally', 'picky'], 5_000)).toEqual({ kind: 'stopped', projection: 'picky' });
    expect(reports.join('\n')).toMatch(/a projection has stopped.*thirteen/);
    await stop(both);
    await start([tallyProjection(), tallyProjection('picky')]);
    await reached(position, 'tally', 'picky');
    expect(await sums('picky_sum')).toEqual([{ counter: 'a', amount: '28', events: 5 }]);
    expect((await build('picky')).stoppage).toBeUndefined();
  });

  it('finds a poison event that Postgres refuses, in a long batch', async () => {
    const amounts = Array.from({ length: 900 }, () => '1');
    amounts[617] = 'a lot';
    await counter.count(...amounts);
    await start();
    const { stoppage } = await build('tally', (one) => one.stoppage !== undefined);
    expect(stoppage?.event?.revision).toBe('617');
    expect(await sums()).toEqual([{ counter: 'a', amount: '617', events: 617 }]);
  });

  it('has one writer at a time, and a standby that takes over', async () => {
    const first = await start();
    const second = await start();
    await reached(await counter.count('1'));
    expect((await build('tally', (one) => one.writer !== undefined)).writer).toBe('spec 0');
    await stop(first);
    await build('tally', (one) => one.writer === 'spec 1');
    await reached(await counter.count('1'));
    expect(await sums()).toEqual([{ counter: 'a', amount: '2', events: 2 }]);
    expect(second.projector).toBeDefined();
  });

  it('counts everything once while connections are cut at random', async () => {
    await start();
    await start();
    let position = 0n;
    for (let n = 0; n < 20; n += 1) {
      position = await counter.count(...Array.from({ length: 100 }, () => '1'));
      if (n % 3 === 0) await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.7`);
      await sleep(60);
    }
    // The admin's own other connections were cut too: a watch of its own starts afresh.
    const fresh = await projectorDataSource(database.url, 2).initialize();
    const outcome = await new CheckpointWatch(fresh).waitFor(position, ['tally'], 30_000);
    expect({ outcome, stoppages: (await readBuilds(fresh)).map(({ stoppage }) => stoppage) }).toEqual({ outcome: { kind: 'reached' }, stoppages: [undefined] });
    expect(await fresh.query('SELECT amount::text AS amount, events::text AS events FROM read.tally_sum')).toEqual([{ amount: '2000', events: '2000' }]);
    await fresh.destroy();
  });

  it('is told what it would else notice in its next round: that it has caught up, that a build is asked for, that it is full', async () => {
    const source = await projectorDataSource(database.url, 6).initialize();
    const projector = new Projector({ database: source, store, projections: [tallyProjection()], writer: 'spec', roundMs: 3_600_000, report: () => undefined });
    await projector.start();
    running.push({ projector, source });
    await build('tally', ({ caughtUp, isFinished }) => caughtUp && isFinished);
    const position = await counter.count('1', '2');
    await reached(position);
    await askForRebuild(admin, 'tally', false);
    await build('tally', ({ build: number, state }) => number === 2 && state === 'live');
    expect(await sums()).toEqual([{ counter: 'a', amount: '3', events: 2 }]);
  });

  it('starts over from the checkpoint where Postgres lost its last commits', async () => {
    await start();
    const early = await counter.count('1');
    await reached(early);
    const later = await counter.count('2');
    await reached(later);
    await admin.query(`UPDATE projection.checkpoint SET position = $1, events = events - 1`, [early.toString()]);
    await admin.query(`UPDATE p_tally_1.tally SET amount = 1, events = 1`);
    await reached(await counter.count('4'));
    expect(await sums()).toEqual([{ counter: 'a', amount: '7', events: 3 }]);
  });

  it('refuses to mix rows of one log with another\'s', async () => {
    const first = await start();
    await counter.count('1');
    const position = await counter.count('2');
    await reached(position);
    await stop(first);
    const otherServer = await testEventStore();
    const other = openEventStore(otherServer.url);
    const second = await start([tallyProjection()], other);
    await new CounterStream(other, 'b').count('5');
    const { stoppage } = await build('tally', (one) => one.stoppage !== undefined);
    expect(stoppage?.reason).toMatch(/^rebuild needed: these rows were made from log .+, the log is now /);
    expect(await sums()).toEqual([{ counter: 'a', amount: '3', events: 2 }]);
    // A number says nothing about another log's, also where it is the larger one.
    expect(await watch.waitFor(position, ['tally'], 5_000, await store.logId())).toEqual({ kind: 'reached' });
    expect(await watch.waitFor(1n, ['tally'], 5_000, await other.logId())).toEqual({ kind: 'stopped', projection: 'tally' });
    // The other log holds fewer events: the new build has nothing to draw level with.
    await askForRebuild(admin, 'tally', false);
    await build('tally', (one) => one.state === 'live' && one.build === 2);
    expect(await sums()).toEqual([{ counter: 'b', amount: '5', events: 1 }]);
    await stop(second);
    await other.close();
    await otherServer.close();
  });

  it('builds a new version beside the old one and switches without a failed or half-built read', async () => {
    const old = await start();
    for (let n = 0; n < 6; n += 1) await counter.count(...Array.from({ length: 900 }, () => '1'));
    const position = await counter.count('1');
    await reached(position);
    await stop(old);
    let done = false;
    const seen = new Set<string>();
    const reader = (async () => {
      while (!done) {
        const [row] = await admin.query('SELECT version, events::text AS events FROM read.tally_sum');
        seen.add(`${row.version}: ${row.events}`);
      }
    })();
    await start([tallyProjection('tally', 2)]);
    await build('tally', (one) => one.state === 'live' && one.version === 2);
    await sleep(50);
    done = true;
    await reader;
    expect([...seen].sort()).toEqual(['1: 5401', '2: 5401']);
    await reached(await counter.count('1'));
    await gone('tally', 1);
  });

  it('is created once by several processes at once, and refuses tables of a newer version', async () => {
    await Promise.all([1, 2, 3].map(() => ensureProjections(admin, [tallyProjection()])));
    expect(await readBuilds(admin)).toHaveLength(1);
    await ensureProjections(admin, [tallyProjection('tally', 2)]);
    await admin.query(`UPDATE projection.build SET version = 3 WHERE state = 'live'`);
    await expect(ensureProjections(admin, [tallyProjection('tally', 2)])).rejects.toThrow('a newer program made them');
  });

  it('lets many wait at once, each as long as it likes', async () => {
    await start();
    const waits = Array.from({ length: 500 }, (_, n) => watch.waitFor(n % 2 === 0 ? 1n : 1n << 40n, ['tally'], n % 2 === 0 ? 20_000 : 50));
    const position = await counter.count('1');
    const outcomes = await Promise.all(waits);
    expect(outcomes.filter((outcome) => outcome.kind === 'reached')).toHaveLength(250);
    expect(outcomes.filter((outcome) => outcome.kind === 'behind')).toHaveLength(250);
    await reached(position);
    expect(await watch.waitFor(1n << 40n, ['tally'], 0)).toMatchObject({ kind: 'behind' });
  });

  it('turns waiters away when there are too many', async () => {
    await ensureProjections(admin, [tallyProjection()]);
    const waits = Array.from({ length: 5_000 }, () => watch.waitFor(1n << 40n, ['tally'], 300));
    expect(await watch.waitFor(1n, ['tally'], 300)).toEqual({ kind: 'too_many_waiting' });
    await Promise.all(waits);
  });
});
