import fs from 'node:fs';
import { EVENT_TYPES } from '@ledger/fund-ledger';
import { askForRebuild } from '@ledger/projection-runtime';
import { VerifiedHouse, appendTree, randomTree, type TreeWishes } from '../testing/src/index.js';
import { BeyondTheLog, type Difference, type Verdict } from './index.js';
import { PROJECTIONS, TABLE_NAMES, shapeOf } from './tables.js';

jest.setTimeout(600_000);

const TREE: TreeWishes = { seed: 7, rootCode: 'TINH', associations: 24, funds: 12, people: 40, movements: 2_500, days: 460, isVaried: true };

/** What an inspector needs first, in short. */
function brief({ kind, projection, table, row, columns, sentence, event }: Difference): string {
  const parts = [kind, [projection, table].filter(Boolean).join('.'), Object.values(row ?? {}).join(' '), (columns ?? []).map(({ column, found, expected }) => `${column}: ${found} ≠ ${expected}`).join(', '), sentence, event && `${event.stream}@${event.revision} ${event.type}`];
  return parts.filter(Boolean).join(' | ');
}
const differencesOf = ({ groups }: Verdict): Difference[] => groups.flatMap(({ differences }) => [...differences]);
const told = (verdict: Verdict): string[] => differencesOf(verdict).map(brief);

describe('verifying', () => {
  let house: VerifiedHouse;
  let position: bigint;

  beforeAll(async () => {
    house = await VerifiedHouse.open();
    await house.startProjector();
    await appendTree(house.store, randomTree({ ...TREE, seal: house.seal }), { set: 'TINH' });
    for (const [seed, rootCode] of ['HAI', 'BA'].entries()) await appendTree(house.store, randomTree({ ...TREE, seed, rootCode, movements: 200 }), { set: rootCode });
    ({ position } = await appendTree(house.store, randomTree({ ...TREE, seed: 8, rootCode: 'KHAC', movements: 400 })));
    await house.caughtUp(position);
  });
  afterAll(async () => { await house.close(); });

  const sql = <Row = Record<string, string>>(text: string, parameters: unknown[] = []): Promise<Row[]> => house.database.query(text, parameters);

  it('finds nothing wrong with what the projector made of thousands of events of every kind', async () => {
    const types = new Map<string, number>();
    for await (const { type } of house.store.readAll()) types.set(type, (types.get(type) ?? 0) + 1);
    expect(EVENT_TYPES.filter((type) => !types.has(type))).toEqual([]);
    const verdict = await house.verdict();
    expect(told(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ count: 0, beyond: 0, events: [...types.values()].reduce((sum, count) => sum + count, 0) });
    expect(verdict.models.map(({ name }) => name)).toEqual([...PROJECTIONS].sort());
    expect(verdict.rows).toBeGreaterThan(20_000);
  });

  it('says so where it can make no temporary files, and holds nothing up', async () => {
    const made = jest.spyOn(fs, 'mkdtempSync').mockImplementationOnce(() => { throw new Error('no space left on device'); });
    await expect(house.verdict()).rejects.toThrow('no space left on device');
    made.mockRestore();
    expect((await house.verdict()).count).toBe(0);
  });

  it('finds nothing wrong while events come in and read models are rebuilt', async () => {
    let done = false;
    const writing = (async () => {
      for (let seed = 100; !done; seed += 1) ({ position } = await appendTree(house.store, randomTree({ ...TREE, seed, rootCode: `SONG${seed}`, associations: 4, funds: 3, people: 5, movements: 60 })));
    })();
    for (let round = 0; round < 4; round += 1) {
      await askForRebuild(house.database, 'fund-balances', false);
      await askForRebuild(house.database, 'journal', false);
      expect(told(await house.verdict())).toEqual([]);
    }
    done = true;
    await writing;
    await house.caughtUp(position);
    expect(told(await house.verdict())).toEqual([]);
  });

  it('finds nothing wrong with any past moment, and says which tables tell of it', async () => {
    const positions: bigint[] = [];
    for await (const event of house.store.readAll()) positions.push(event.position);
    for (const share of [0.02, 0.3, 0.62, 0.97]) {
      const at = positions[Math.floor(positions.length * share)]!;
      // Also between two events: the moment after the one before.
      for (const asked of [at, at + 1n]) {
        const verdict = await house.verdict({ at: asked });
        expect(told(verdict)).toEqual([]);
        expect(verdict).toMatchObject({ until: at, events: Math.floor(positions.length * share) + 1 });
        expect(verdict.presentOnly).toContain('registry.association');
        for (const table of ['fund-balances.fund_day', 'association-totals.association_day', 'fund-statement.movement_sum', 'fund-statement.movement_month', 'journal.account_day', 'pledges.pledge']) expect(verdict.presentOnly).not.toContain(table);
      }
    }
    expect(await house.verdict({ at: positions.at(-1)! })).toMatchObject({ count: 0, presentOnly: [], events: positions.length });
    await expect(house.verdict({ at: positions.at(-1)! + 1_000_000n })).rejects.toThrow(BeyondTheLog);
  });

  it.each([
    ['fund-statement', 'movement', 'reason', `coalesce(reason, '') || 'x'`, 'reason'],
    ['fund-statement', 'movement_sum', 'cash', 'cash + 1', 'cash'],
    ['fund-statement', 'movement_month', 'bank', 'bank + 1', 'bank'],
    ['fund-balances', 'fund_day', 'interest', 'interest + 1', 'interest'],
    ['association-totals', 'association_day', 'donations', 'donations + 1', 'donations'],
    ['journal', 'posting', 'event_type', `'Other'`, 'event_type'],
    ['journal', 'account_day', 'credit_1110', 'credit_1110 + 1', 'credit_1110'],
    ['pledges', 'pledge', 'amount', 'amount + 1', 'amount'],
    ['beneficiary-histories', 'entry', 'title', `'x'`, 'title'],
  ])('finds in a past moment what was changed in %s.%s, where that tells of it', async (projection, table, column, value, named) => {
    const [live] = await sql(`SELECT schema_name AS schema FROM projection.build WHERE name = $1 AND state = 'live'`, [projection]);
    const place = `${live?.['schema']}.${table}`;
    const positions: bigint[] = [];
    for await (const event of house.store.readAll()) positions.push(event.position);
    const at = positions[Math.floor(positions.length / 2)]!;
    const hasPosition = (await sql(`SELECT 1 FROM information_schema.columns WHERE table_schema || '.' || table_name = $1 AND column_name = 'position'`, [place])).length > 0;
    const rowOf = async (condition: string): Promise<Record<string, string>> => {
      const [row] = await sql(`SELECT ctid::text AS ctid, ${column}::text AS former FROM ${place} ${condition} LIMIT 1`);
      if (!row) throw new Error(`${place} has no row ${condition}`);
      return row;
    };
    /** What is found while that row is not as it should be. */
    const foundWith = async ({ ctid, former }: Record<string, string>): Promise<Difference[]> => {
      // Of an UPDATE the rows come with their number.
      const [[changed]] = await house.database.query<[Record<string, string>[], number]>(`UPDATE ${place} SET ${column} = ${value} WHERE ctid = $1::tid RETURNING ctid::text AS ctid`, [ctid]);
      const found = differencesOf(await house.verdict({ at }));
      await sql(`UPDATE ${place} SET ${column} = $2 WHERE ctid = $1::tid`, [changed?.['ctid'], former]);
      return found;
    };
    if (!hasPosition) {
      expect(await foundWith(await rowOf(''))).toContainEqual(expect.objectContaining({ projection, table: `${table} (${at})` }));
      return;
    }
    expect(await foundWith(await rowOf(`WHERE position > ${at} ORDER BY position DESC`))).toEqual([]);
    expect(await foundWith(await rowOf(`WHERE position <= ${at} ORDER BY position`))).toEqual([expect.objectContaining({ kind: 'row_differs', projection, table, columns: [expect.objectContaining({ column: named })] })]);
  });

  it('says what comes after what the read models reflect', async () => {
    await house.stopProjector();
    const { events } = await appendTree(house.store, randomTree({ ...TREE, seed: 9, rootCode: 'SAU', associations: 2, funds: 1, people: 2, movements: 10 }));
    expect(await house.verdict()).toMatchObject({ count: 0, beyond: events });
  });

  // One tampering each, aimed at what should no longer add up; taken back afterwards.
  const LARGE = '1000000000000';
  const FIRST_DAY_OF_FUND = `fund_id = (SELECT min(fund_id::text)::uuid FROM $.fund_day) AND day = (SELECT min(day) FROM $.fund_day WHERE fund_id = (SELECT min(fund_id::text)::uuid FROM $.fund_day))`;
  const FIRST_FUND = 'fund_id = (SELECT min(fund_id::text)::uuid FROM $.fund_total)';
  const FIRST_OF_CASH = `(fund_id, day) = (SELECT fund_id, day FROM $.account_day WHERE debit_1110 <> 0 ORDER BY fund_id, day LIMIT 1)`;
  const FIRST_WITH_DESCENDANTS = '(association_id, with_descendants, day) = (SELECT association_id, with_descendants, day FROM $.association_day WHERE with_descendants ORDER BY association_id, day LIMIT 1)';
  it.each([
    ['fund-balances', 'fund_day', 'received_money', '1', FIRST_DAY_OF_FUND, /its accounts changed by \d+, and what came in less what went out is \d+/],
    ['fund-balances', 'fund_day', 'cash', `-${LARGE}`, FIRST_DAY_OF_FUND, /: cash stands at -\d+/],
    ['fund-balances', 'fund_day', 'bank', `-${LARGE}`, FIRST_DAY_OF_FUND, /: bank stands at -\d+$/],
    ['fund-balances', 'fund_day', 'goods', `-${LARGE}`, FIRST_DAY_OF_FUND, /: goods stands at -\d+/],
    ['fund-balances', 'fund_day', 'endowment_principal', LARGE, FIRST_DAY_OF_FUND, /: bank stands at \d+, below the principal of \d+/],
    ['fund-balances', 'fund_day', 'committed', `-${LARGE}`, FIRST_DAY_OF_FUND, /: committed stands at -\d+/],
    ['fund-balances', 'fund_total', 'donations', '1', FIRST_FUND, /: donations is \d+ in all, and \d+ over its days/],
    ['fund-balances', 'fund_total', 'in_transit', '1', FIRST_FUND, /: in transit is \d+, and of what it sent \d+ has not arrived/],
    ['fund-balances', 'fund_total', 'committed', '1', FIRST_FUND, /: committed is \d+, and of its awards \d+ is neither paid nor released/],
    ['fund-balances', 'fund_total', 'transferred_out', '1', FIRST_FUND, /transfers: \d+ went out of all funds, \d+ came in or is in transit/],
    ['association-totals', 'association_day', 'movements', '1', FIRST_WITH_DESCENDANTS, /: movements with descendants is \d+, and \d+ added up from below/],
    ['journal', 'account_day', 'debit_1110', '1', FIRST_OF_CASH, /: debits exceed credits by 1$/],
    ['journal', 'account_day', 'credit_1110', '1', FIRST_OF_CASH, /: account 1110 was debited \d+ and credited \d+, and the fund's balance changed by \d+/],
  ])('says what %s.%s no longer adds up to when %s is changed by %s', async (projection, table, column, by, where, sentence) => {
    const [live] = await sql(`SELECT schema_name AS schema FROM projection.build WHERE name = $1 AND state = 'live'`, [projection]);
    const change = (sign: string): Promise<unknown> => sql(`UPDATE $.${table} SET ${column} = ${column} ${sign} (${by}) WHERE ${where}`.replaceAll('$', live?.['schema'] ?? ''));
    await change('+');
    const differences = differencesOf(await house.verdict());
    await change('-');
    expect(differences.flatMap((one) => (one.kind === 'invariant' ? [one.sentence] : []))).toContainEqual(expect.stringMatching(sentence));
    expect(differences).toContainEqual(expect.objectContaining({ kind: 'row_differs', projection, table, columns: [expect.objectContaining({ column })] }));
  });

  it('names every row that was changed, dropped or added, in every table', async () => {
    const live = await sql<{ name: string; schema: string }>(`SELECT name, schema_name AS schema FROM projection.build WHERE state = 'live'`);
    const tampered = TABLE_NAMES.map(shapeOf).filter(({ projection }) => projection !== '');
    const expected: string[] = [];
    for (const { projection, table, order, ordered, columns } of tampered) {
      const place = `${live.find(({ name }) => name === projection)?.schema}.${table}`;
      const rows = await sql<{ ctid: string; key: string }>(`SELECT ctid::text AS ctid, concat_ws(' ', ${columns.slice(0, order === 'log' && table !== 'recorded_high' ? ordered + 1 : ordered).map((column) => `${column}::text`).join(', ')}) AS key FROM ${place} ORDER BY ${columns.slice(0, ordered).join(', ')} LIMIT 3`);
      const [changed, dropped, copied] = rows;
      if (!changed || !dropped || !copied) throw new Error(`${place} has too few rows to try this`);
      const types = new Map((await sql<{ column: string; type: string }>(`SELECT column_name AS column, udt_name AS type FROM information_schema.columns WHERE table_schema || '.' || table_name = $1`, [place])).map((row) => [row.column, row.type]));
      const other = (column: string): string => ({ uuid: 'gen_random_uuid()', date: `${column} + 1`, bool: `NOT ${column}`, text: `${column} || '!'`, timestamptz: `${column} + interval '1 second'`, _uuid: `${column} || gen_random_uuid()` })[types.get(column) ?? ''] ?? `coalesce(${column}, 0) + 1`;
      // An amount where there is one, otherwise whatever is last.
      const value = columns.slice(ordered).find((column) => ['numeric', 'int8'].includes(types.get(column) ?? '') && !['anchor', 'seq'].includes(column)) ?? columns.slice(ordered).findLast((column) => !column.includes('_on') && !column.includes('_position') && types.get(column) !== '_text' && types.get(column) !== 'text') ?? columns[ordered]!;
      const key = columns[0]!;
      const copies = columns.map((column) => (column === key || column === 'set_id' ? other(column) : table === 'recorded_high' && column === 'recorded_at' ? `recorded_at + interval '0.5 millisecond'` : column));
      await sql(`INSERT INTO ${place} (${columns.join(', ')}) SELECT ${copies.join(', ')} FROM ${place} WHERE ctid = $1::tid`, [copied.ctid]);
      await sql(`DELETE FROM ${place} WHERE ctid = $1::tid`, [dropped.ctid]);
      await sql(`UPDATE ${place} SET ${value} = ${other(value)} WHERE ctid = $1::tid`, [changed.ctid]);
      expected.push(`row_differs ${projection}.${table} ${changed.key} ${value}`, `row_missing ${projection}.${table} ${dropped.key}`, `row_unexpected ${projection}.${table}`);
    }
    const verdict = await house.verdict();
    const differences = differencesOf(verdict);
    const found = new Set(differences.flatMap(({ kind, projection, table, row, columns = [], event }) => {
      const key = `${kind} ${projection}.${table}`;
      if (kind === 'row_unexpected') return [key];
      expect(kind === 'invariant' || event !== undefined).toBe(true);
      const named = `${key} ${Object.values(row ?? {}).slice(0, table === 'recorded_high' ? 1 : undefined).join(' ')}`;
      return kind === 'row_differs' ? columns.map(({ column }) => `${named} ${column}`) : [named];
    }));
    expect(expected.filter((one) => !found.has(one))).toEqual([]);
    expect(expected).toHaveLength(3 * tampered.length);
    const few = await house.verdict({ keepOfEach: 1 });
    expect(few).toMatchObject({ count: verdict.count });
    expect(few.groups.map(({ kind, table, count, differences: kept }) => [kind, table, count, kept.length])).toEqual(verdict.groups.map(({ kind, table, count }) => [kind, table, count, 1]));
  });

  it('names an edited checkpoint, whatever was edited', async () => {
    await sql(`UPDATE projection.checkpoint SET position = position + 1 WHERE name = 'registry'`);
    await sql(`UPDATE projection.checkpoint SET events = events - 1 WHERE name = 'pledges'`);
    await sql(`UPDATE projection.checkpoint SET log_id = 'another' WHERE name = 'campaign-totals'`);
    await sql(`UPDATE projection.checkpoint SET event_time = event_time - interval '1 hour' WHERE name = 'journal'`);
    await sql(`UPDATE projection.checkpoint SET position = position + 1000000 WHERE name = 'fund-statement'`);
    const named = differencesOf(await house.verdict()).filter(({ kind }) => kind === 'checkpoint').map(({ projection, columns }) => `${projection} ${columns?.map(({ column }) => column).join()}`);
    expect(named).toEqual(expect.arrayContaining(['registry position', 'pledges events', 'campaign-totals log_id', 'journal event_time', 'fund-statement position', 'fund-statement events']));
  });

  it('names a table that is gone, changed or nobody\'s', async () => {
    const [journal] = await sql(`SELECT schema_name AS schema FROM projection.build WHERE name = 'journal' AND state = 'live'`);
    await sql(`ALTER TABLE ${journal?.['schema']}.account_day ADD COLUMN remark text`);
    await sql(`CREATE TABLE ${journal?.['schema']}.notes (note text)`);
    await sql(`DROP TABLE ${journal?.['schema']}.unit`);
    const named = differencesOf(await house.verdict()).filter(({ kind }) => kind === 'table').map(({ projection, table, sentence }) => `${projection}.${table ?? ''} ${sentence}`);
    expect(named).toEqual([
      'journal.unit the table is not there', expect.stringContaining('journal.account_day its columns are not those that can be verified: remark is not known'),
      expect.stringMatching(/^journal\. p_journal_\d+\.notes is a table that cannot be verified$/)]);
  });
});
