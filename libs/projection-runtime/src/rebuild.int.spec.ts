import { openEventStore } from '@ledger/event-store';
import type { EventStore } from '@ledger/event-store';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { CounterStream, tallyProjection } from '../testing/src/index.js';
import { testEventStore } from '../../../test/support/event-store.js';
import { testDatabase } from '../../../test/support/postgres.js';
import { finishBuild } from './finish-build.js';
import { Projector, askForRebuild, askForReturn, ensureProjections, inReadSnapshot, inTransaction, projectorDataSource, readBuilds, readReflected } from './index.js';
import type { Build, Projection } from './index.js';

const FULL = process.env['SOQUY_FULL'] === '1';
const REBUILDS = FULL ? 50 : 5;
jest.setTimeout(FULL ? 900_000 : 180_000);

/** Two views that say the same of two tables: whoever sees them differ has seen half a switch. */
function twinProjection(version = 1): Projection {
  const one = tallyProjection('twin', version);
  const other = tallyProjection('twin', version);
  return {
    ...one,
    tables: (schema) => [...one.tables(schema), `CREATE TABLE ${schema}.copy (LIKE ${schema}.tally INCLUDING ALL)`],
    views: (schema) => ({ left_side: `SELECT counter, amount, events FROM ${schema}.tally`, right_side: `SELECT counter, amount, events FROM ${schema}.copy` }),
    async project(batch, transaction, schema) {
      await one.project(batch, transaction, schema);
      await other.project(batch, { ...transaction, query: (sql, parameters) => transaction.query(sql.replace(`${schema}.tally`, `${schema}.copy`), parameters) }, schema);
    },
  };
}

/** Keeps names until they are taken away; reads by an index that filling it does not need. */
function namesProjection(version = 1): Projection {
  return {
    name: 'names', version, handles: ['Named', 'Forgotten'], erases: ['Forgotten'],
    tables: (schema) => [`CREATE TABLE ${schema}.name (name text NOT NULL)`],
    indexes: (schema) => [`ALTER TABLE ${schema}.name ADD PRIMARY KEY (name)`],
    views: (schema) => ({ names: `SELECT name FROM ${schema}.name` }),
    async project(batch, transaction, schema) {
      for (const { type, data } of batch) await transaction.query(type === 'Named' ? `INSERT INTO ${schema}.name VALUES ($1)` : `DELETE FROM ${schema}.name WHERE name = $1`, [data['name']]);
    },
  };
}

describe('rebuilding', () => {
  let server: Awaited<ReturnType<typeof testEventStore>>;
  let store: EventStore;
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let admin: DataSource;
  let counter: CounterStream;
  const running: { projector: Projector; source: DataSource }[] = [];
  const reports: string[] = [];

  beforeEach(async () => {
    server = await testEventStore();
    store = openEventStore(server.url);
    database = await testDatabase();
    admin = await projectorDataSource(database.url, 20).initialize();
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

  async function start(projection: Projection): Promise<(typeof running)[number]> {
    const source = await projectorDataSource(database.url, 6).initialize();
    const projector = new Projector({ database: source, store, projections: [projection], writer: `spec ${running.length}`, report: (level, message, details) => reports.push(`${level} ${message} ${JSON.stringify(details)}`) });
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
  async function until<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(20);
    }
  }
  const build = (name: string, number: number, state: Build['state']): Promise<Build> =>
    until(async () => (await readBuilds(admin)).find((one) => one.name === name && one.build === number && one.state === state));
  const states = async (): Promise<[number, string][]> => (await readBuilds(admin)).map((one) => [one.build, one.state]);
  const gone = (name: string, number: number): Promise<true> => until(async () => ((await readBuilds(admin)).some((one) => one.name === name && one.build === number) ? undefined : (true as const)));
  const schemas = async (): Promise<string[]> => ((await admin.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'p\\_%' ORDER BY 1`)) as { nspname: string }[]).map((row) => row.nspname);
  async function events(view: string, counted = 'events'): Promise<string> {
    return ((await admin.query(`SELECT coalesce(sum(${counted}), 0)::text AS events FROM read.${view}`)) as { events: string }[])[0]?.events ?? '0';
  }
  async function asked(name: string, keep = false): Promise<number> {
    const answer = await askForRebuild(admin, name, keep);
    if (answer.kind !== 'under_way') throw new Error(answer.kind);
    return answer.build;
  }

  it(`is seen by no reader: ${REBUILDS} rebuilds while 16 read and one writes`, async () => {
    await start(twinProjection());
    await counter.count(...Array.from({ length: 900 }, () => '1'));
    await until(async () => ((await events('left_side')) === '900' ? true : undefined));
    let done = false;
    let written = 900;
    let queries = 0;
    const writing = (async () => {
      while (!done) { await counter.count('1', '1', '1'); written += 3; await sleep(10); }
    })();
    const asOneStatement = async (): Promise<number[]> => {
      const { value } = await readReflected<{ one: string; other: string }>(admin, 'twin', 'SELECT r.events::text AS other, l.events::text AS one FROM read.right_side r JOIN read.left_side l USING (counter)', []);
      return [Number(value[0]?.one), Number(value[0]?.other)];
    };
    const asDashboard = async (): Promise<number[]> => {
      const [row] = (await admin.query('SELECT l.events::text AS one, r.events::text AS other FROM read.left_side l, read.right_side r')) as { one: string; other: string }[];
      return [Number(row?.one), Number(row?.other)];
    };
    const asSnapshot = (): Promise<number[]> => inReadSnapshot(admin, async (snapshot) => {
      const left = (await snapshot.query('SELECT events::text AS events FROM read.left_side')) as { events: string }[];
      await sleep(5);
      const right = (await snapshot.query('SELECT events::text AS events FROM read.right_side')) as { events: string }[];
      return [Number(left[0]?.events), Number(right[0]?.events)];
    });
    const reading = Array.from({ length: 16 }, async (_, reader) => {
      const ask = [asOneStatement, asDashboard, asSnapshot][reader % 3]!;
      for (let least = 900; !done;) {
        const [one = Number.NaN, other = Number.NaN] = await ask();
        expect(one).toBe(other);
        expect(one).toBeGreaterThanOrEqual(least);
        least = one;
        queries += 1;
      }
    });
    for (let n = 1; n <= REBUILDS; n += 1) await build('twin', await asked('twin'), 'live');
    done = true;
    await Promise.all([writing, ...reading]);
    await until(async () => ((await events('left_side')) === String(written) ? true : undefined));
    expect(await events('right_side')).toBe(String(written));
    expect(queries).toBeGreaterThan(100);
    expect(reports.filter((one) => !one.startsWith('info'))).toEqual([]);
  });

  it('drops what it replaced, once nobody reads it any more', async () => {
    await start(tallyProjection());
    await counter.count('1', '2');
    await until(async () => ((await events('tally_sum')) === '2' ? true : undefined));
    let letGo = (): void => undefined;
    const reader = inTransaction(admin, async (transaction) => {
      await transaction.query('LOCK TABLE p_tally_1.tally IN ACCESS SHARE MODE');
      await new Promise<void>((resolve) => (letGo = resolve));
    });
    await build('tally', await asked('tally'), 'live');
    await build('tally', 1, 'old');
    await sleep(1_500);
    expect(await states()).toEqual([[1, 'old'], [2, 'live']]);
    letGo();
    await reader;
    await gone('tally', 1);
    expect(await schemas()).toEqual(['p_tally_2']);
    expect(reports.filter((one) => !one.startsWith('info'))).toEqual([]);
  });

  it('leaves a former build alone that something else was made upon, and says so once', async () => {
    await start(tallyProjection());
    await admin.query('CREATE VIEW public.mine AS SELECT * FROM p_tally_1.tally');
    await build('tally', await asked('tally'), 'live');
    await until(async () => (await readBuilds(admin)).find((one) => one.hindrance?.includes('depend')));
    await sleep(2_200);
    expect(reports.filter((one) => one.startsWith('error'))).toHaveLength(1);
    await admin.query('DROP VIEW public.mine');
    await gone('tally', 1);
  });

  it('joins what is under way, and keeps one former build at most', async () => {
    await ensureProjections(admin, [tallyProjection()]);
    expect(await askForRebuild(admin, 'tally', false)).toEqual({ kind: 'under_way', build: 2, joined: false });
    expect(await askForRebuild(admin, 'tally', true)).toEqual({ kind: 'under_way', build: 2, joined: true });
    expect(await askForRebuild(admin, 'nothing', true)).toEqual({ kind: 'no_such_projection' });
    expect(await askForReturn(admin, 'tally', false)).toEqual({ kind: 'rebuild_under_way', build: 2 });
    await start(tallyProjection());
    await build('tally', 2, 'live');
    expect(await states()).toEqual([[1, 'kept'], [2, 'live']]);
    await build('tally', await asked('tally', true), 'live');
    await gone('tally', 1);
    expect(await states()).toEqual([[2, 'kept'], [3, 'live']]);
    await build('tally', await asked('tally'), 'live');
    await gone('tally', 2);
    await gone('tally', 3);
    expect(await schemas()).toEqual(['p_tally_4']);
  });

  it('goes back to the kept build once that has caught up, and there again', async () => {
    await start(tallyProjection());
    expect(await askForReturn(admin, 'tally', false)).toEqual({ kind: 'nothing_kept' });
    await counter.count('1', '2');
    await build('tally', await asked('tally', true), 'live');
    await counter.count('4');
    await until(async () => ((await events('tally_sum')) === '3' ? true : undefined));
    expect(await askForReturn(admin, 'tally', true)).toEqual({ kind: 'under_way', build: 1 });
    await build('tally', 1, 'live');
    expect(await events('tally_sum')).toBe('3');
    expect(await states()).toEqual([[1, 'live'], [2, 'kept']]);
    await askForReturn(admin, 'tally', false);
    await build('tally', 2, 'live');
    await gone('tally', 1);
    await counter.count('8');
    await until(async () => ((await events('tally_sum')) === '4' ? true : undefined));
  });

  it('takes what is to be forgotten out of the kept build too, and fills one that returns without it', async () => {
    const people = new CounterStream(store, 'people');
    const names = (schema: string): Promise<{ name: string }[]> => admin.query(`SELECT name FROM ${schema} ORDER BY name`);
    await start(namesProjection());
    await people.append('Named', [{ name: 'An' }, { name: 'Bình' }]);
    await build('names', await asked('names', true), 'live');
    await people.append('Named', [{ name: 'Chi' }]);
    await people.append('Forgotten', [{ name: 'An' }, { name: 'Chi' }]);
    await until(async () => ((await names('read.names')).length === 1 ? true : undefined));
    expect(await names('p_names_1.name')).toEqual([{ name: 'Bình' }]);
    await askForReturn(admin, 'names', true);
    await build('names', 1, 'live');
    expect(await names('read.names')).toEqual([{ name: 'Bình' }]);
    expect(await names('p_names_2.name')).toEqual([{ name: 'Bình' }]);
  });

  it('does not keep a build of another version that something is to be forgotten in', async () => {
    await ensureProjections(admin, [namesProjection()]);
    await admin.query(`UPDATE projection.build SET state = 'kept', version = 7`);
    await ensureProjections(admin, [namesProjection()]);
    await start(namesProjection());
    await new CounterStream(store, 'people').append('Forgotten', [{ name: 'An' }]);
    await gone('names', 1);
    expect(await states()).toEqual([[2, 'live']]);
  });

  it('gives a build its indexes when it is full, and no earlier', async () => {
    const keys = (build: number): Promise<unknown[]> => admin.query(`SELECT indexname FROM pg_indexes WHERE schemaname = $1`, [`p_names_${build}`]);
    const settings = (build: number): Promise<unknown[]> => admin.query(`SELECT reloptions FROM pg_class WHERE relname = 'name' AND relnamespace = to_regnamespace($1)`, [`p_names_${build}`]);
    const first = await start(namesProjection());
    await until(async () => ((await keys(1)).length > 0 ? true : undefined));
    await stop(first);
    await ensureProjections(admin, [namesProjection(2)]);
    expect([await keys(2), await settings(2)]).toEqual([[], [{ reloptions: ['autovacuum_enabled=off'] }]]);
    await start(namesProjection(2));
    const full = await build('names', 2, 'live');
    await finishBuild(admin, namesProjection(2), { ...full, isFinished: false });
    expect([await keys(2), await settings(2)]).toEqual([[{ indexname: 'name_pkey' }], [{ reloptions: null }]]);
  });

  it('says why a build cannot be finished', async () => {
    const people = new CounterStream(store, 'people');
    await start({ ...namesProjection(), indexes: (schema) => (schema === 'p_names_1' ? [] : [`ALTER TABLE ${schema}.name ADD PRIMARY KEY (name)`]) });
    await people.append('Named', [{ name: 'An' }, { name: 'An' }]);
    const number = await asked('names');
    const { stoppage } = await until(async () => (await readBuilds(admin)).find((one) => one.build === number && one.stoppage));
    // Whether its last rows came before its key or after depends on the machine; either way it is told what they break.
    expect(stoppage?.reason).toMatch(/^could not create unique index|violates unique constraint "name_pkey"/);
    expect(await events('names', '1')).toBe('2');
  });

  it('does not go back to a build that another version made', async () => {
    await ensureProjections(admin, [tallyProjection()]);
    await admin.query(`UPDATE projection.build SET state = 'kept'`);
    await admin.query(`INSERT INTO projection.build (name, build, version, state, schema_name) VALUES ('tally', 2, 2, 'live', 'p_tally_2')`);
    expect(await askForReturn(admin, 'tally', false)).toEqual({ kind: 'other_version', build: 1, keptVersion: 1, liveVersion: 2 });
  });

  it('starts over where an event had stopped it', async () => {
    let isTaken = true;
    await start(tallyProjection('tally', 1, (event) => { if (!isTaken && event.data['amount'] === '13') throw new Error('thirteen is not taken'); }));
    await counter.count('1', '13');
    await until(async () => ((await events('tally_sum')) === '2' ? true : undefined));
    isTaken = false;
    const stopped = await asked('tally');
    await until(async () => (await readBuilds(admin)).find((one) => one.build === stopped && one.stoppage));
    isTaken = true;
    const next = await askForRebuild(admin, 'tally', false);
    expect(next).toEqual({ kind: 'under_way', build: stopped + 1, joined: false });
    await build('tally', stopped + 1, 'live');
    await gone('tally', stopped);
    expect(await events('tally_sum')).toBe('2');
  });

  it('takes up a registry that an earlier version of the program made', async () => {
    await ensureProjections(admin, [tallyProjection()]);
    await admin.query('ALTER TABLE projection.build DROP CONSTRAINT build_states, DROP COLUMN keeps_former');
    await admin.query(`ALTER TABLE projection.build ADD CONSTRAINT build_state_check CHECK (state IN ('building', 'live', 'old'))`);
    await start(tallyProjection());
    await build('tally', await asked('tally', true), 'live');
    expect(await states()).toEqual([[1, 'kept'], [2, 'live']]);
  });
});
