import { uuidv5, LEDGER_NAMESPACE, textOfBytes } from '@ledger/kernel';
import type { RecordedEvent } from '@ledger/kernel';
import { effectOf } from '@ledger/fund-ledger';
import type { FundBookEvent } from '@ledger/fund-ledger';
import { ensureProjections } from '@ledger/projection-runtime';
import { HandMadeLog, ProjectionBench } from '../../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../../test/support/postgres.js';
import { ADJUSTMENTS_SHOWN, fundStandings, fundStatement, fundStatementProjection, fundStatementText } from './index.js';
import type { StatementLine, StatementQuestion } from './index.js';

jest.setTimeout(60_000);

const id = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);
const FIGURES = ['cash', 'bank', 'goods', 'endowment_principal', 'committed'] as const;

describe('a fund\'s statement', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let bench: ProjectionBench;
  let log: HandMadeLog;
  let numbers: Map<string, number>;

  beforeEach(async () => {
    database = await testDatabase();
    bench = await ProjectionBench.open(database.url, fundStatementProjection);
    log = new HandMadeLog();
    numbers = new Map();
  });
  afterEach(async () => {
    await bench.close();
    await database.close();
  });

  type Metadata = NonNullable<Parameters<HandMadeLog['add']>[3]>;
  function book(code: string, type: string, kind: string, day: string, data: object, metadata?: Metadata): RecordedEvent {
    const number = (numbers.get(`${code}/${kind}`) ?? 0) + 1;
    numbers.set(`${code}/${kind}`, number);
    const voucher = { kind, year: Number(day.slice(0, 4)), number };
    return log.add(`fundBook-${id(code)}`, type, { fundId: id(code), voucher, documentDate: day, effectiveOn: day, approvals: [], ...data }, metadata);
  }
  function donate(day: string, amount: number, metadata?: Metadata, account = 'cash'): RecordedEvent {
    return book('A', 'DonationReceived', 'receipt', day, { account, amount: String(amount), donorId: id('donor') }, metadata);
  }
  const open = (code: string, day = '2023-01-01'): RecordedEvent =>
    book(code, 'FundBookOpened', 'opening', day, { opening: { cash: '100', bank: '1000', goods: '10' }, endowmentPrincipal: '200' });
  async function lines(question: StatementQuestion = {}, limit = 500, code = 'A'): Promise<StatementLine[]> {
    const all: StatementLine[] = [];
    for (;;) {
      const page = (await fundStatement(bench.database, id(code), question, limit, all.at(-1)?.key)).value;
      all.push(...page);
      if (page.length < limit) return all;
    }
  }
  const cashOf = (of: readonly StatementLine[]): string[] => of.map((line) => line.balances.cash);

  it('starts with the opening and says of each line what it changed, what stands after it, and who recorded it when', async () => {
    open('A');
    donate('2023-02-01', 50);
    await bench.write(log.events);
    const [opening, donation] = await lines();
    expect(opening).toMatchObject({ day: '2023-01-01', eventType: 'FundBookOpened', voucher: { kind: 'opening', year: 2023, number: 1 }, changes: { cash: '100', bank: '1000', goods: '10', endowment_principal: '200', committed: '0' } });
    expect(donation).toMatchObject({
      day: '2023-02-01', voucher: { kind: 'receipt', year: 2023, number: 1 }, changes: { cash: '50', bank: '0' }, balances: { cash: '150', bank: '1000', goods: '10', endowment_principal: '200', committed: '0' },
      counterparty: { donorId: id('donor'), beneficiaryId: null, fundId: null }, recordedBy: 'spec', recordedAt: '2024-01-01T00:00:00.000Z', revision: '1', adjusts: null, adjustedBy: [],
      key: { position: log.events[1]!.position.toString() }, eventId: log.events[1]!.id,
    });
  });

  it('puts a movement recorded late at its own day, and changes every balance after it', async () => {
    open('A');
    donate('2023-02-01', 1);
    donate('2023-04-01', 2);
    await bench.write(log.events);
    donate('2023-03-01', 40);
    await bench.write(log.events.slice(-1));
    expect((await lines()).map((line) => [line.day, line.balances.cash])).toEqual([['2023-01-01', '100'], ['2023-02-01', '101'], ['2023-03-01', '141'], ['2023-04-01', '143']]);
  });

  it('keeps the order of an imported set within a day, before what was entered by hand after it', async () => {
    open('A');
    donate('2023-02-01', 2, { source: { set: 's', seq: '20' } });
    donate('2023-02-01', 4);
    donate('2023-02-01', 1, { source: { set: 's', seq: '3' } });
    await bench.write(log.events);
    expect((await lines()).map((line) => line.changes.cash)).toEqual(['100', '1', '2', '4']);
    expect(cashOf(await lines({}, 1))).toEqual(['100', '101', '103', '107']);
  });

  it('shows commitments, instalments and the other fund of a transfer', async () => {
    open('A');
    book('A', 'ScholarshipAwarded', 'scholarship', '2023-02-01', { scholarshipId: id('S'), code: 'S', programId: id('P'), beneficiaryId: id('pupil'), amount: '300', instalments: 3 });
    book('A', 'InstalmentPaid', 'instalment', '2023-03-01', { scholarshipId: id('S'), beneficiaryId: id('pupil'), instalment: 1, account: 'bank', amount: '100' });
    book('A', 'TransferSent', 'transfer', '2023-03-02', { transferId: id('T'), fromAccount: 'bank', toFundId: id('B'), toAccount: 'cash', amount: '60' });
    book('B', 'TransferReceived', 'transfer_receipt', '2023-03-05', { transferId: id('T'), fromFundId: id('A'), fromAccount: 'bank', account: 'cash', amount: '60', sentOn: '2023-03-02' });
    await bench.write(log.events);
    const [, award, instalment, sent] = await lines();
    expect(award).toMatchObject({ changes: { committed: '300', cash: '0' }, balances: { committed: '300' }, scholarshipId: id('S'), counterparty: { beneficiaryId: id('pupil') } });
    expect(instalment).toMatchObject({ changes: { committed: '-100', bank: '-100' }, balances: { committed: '200', bank: '900' }, instalment: 1 });
    expect(sent).toMatchObject({ changes: { bank: '-60' }, counterparty: { fundId: id('B') }, transferId: id('T') });
    expect((await lines({}, 5, 'B'))[0]).toMatchObject({ changes: { cash: '60' }, counterparty: { fundId: id('A') }, sentOn: '2023-03-02', transferId: id('T') });
  });

  function adjust(delta: string, day: string, metadata?: Metadata): void {
    const adjusts = { kind: 'receipt', stream: `fundBook-${id('A')}`, year: 2023, number: 1, revision: '1', effectiveOn: '2023-03-01' };
    book('A', 'VoucherAdjusted', 'adjustment', day, { adjusts, delta, remaining: '0', account: 'cash', donorId: id('donor'), reason: 'Ghi nhầm' }, metadata);
  }

  it('says which voucher a line corrects and what corrects it, without end', async () => {
    open('A');
    donate('2023-03-01', 500);
    for (let count = 0; count < ADJUSTMENTS_SHOWN + 2; count += 1) adjust('-10', '2023-05-01');
    await bench.write(log.events);
    const all = await lines();
    expect(all[1]!.adjustedBy).toHaveLength(ADJUSTMENTS_SHOWN);
    expect(all[1]!.adjustedBy[0]).toEqual({ fundId: id('A'), kind: 'adjustment', year: 2023, number: 1, day: '2023-05-01' });
    expect(all[2]).toMatchObject({ adjusts: { fundId: id('A'), kind: 'receipt', year: 2023, number: 1, revision: '1' }, changes: { cash: '-10' }, balances: { cash: '590' }, reason: 'Ghi nhầm' });
  });

  it('shows an adjustment made in May about March in both ways: by its day and by when it was known', async () => {
    open('A');
    donate('2023-03-01', 500, { recordedAt: '2023-03-01T08:00:00.000Z' });
    adjust('-100', '2023-03-31', { recordedAt: '2023-05-10T08:00:00.000Z' });
    log.events[0] = { ...log.events[0]!, metadata: { ...log.events[0]!.metadata, recordedAt: '2023-01-01T00:00:00.000Z' } };
    await bench.write(log.events);
    const at = async (effectiveOn: string, knownAt?: string): Promise<string> => (await fundStandings(bench.database, [id('A')], { effectiveOn, ...(knownAt === undefined ? {} : { knownAt }) })).value[0]!.cash;
    expect(await at('2023-03-31')).toBe('500');
    expect(await at('2023-03-30')).toBe('600');
    expect(await at('2023-03-31', '2023-05-10T07:59:59.999Z')).toBe('600');
    expect(await at('2023-03-31', '2023-05-10T08:00:00.000Z')).toBe('500');
    expect(await at('2023-12-31', '2022-01-01T00:00:00.000Z')).toBe('0');
    const before = await lines({ knownAt: '2023-04-01T00:00:00.000Z' });
    expect(before.map((line) => [line.balances.cash, line.adjustedBy.length])).toEqual([['100', 0], ['600', 0]]);
    expect((await lines()).map((line) => [line.balances.cash, line.adjustedBy.length])).toEqual([['100', 0], ['600', 1], ['500', 0]]);
  });

  it('knows at an instant only the prefix of the log that was all recorded by then', async () => {
    open('A');
    // Another writer's clock is ahead: what stands behind its event in the log was not known before it.
    log.add(`donor-${id('D')}`, 'DonorRegistered', { donorId: id('D') }, { recordedAt: '2024-03-01T00:00:00.000Z' });
    donate('2024-01-01', 5, { recordedAt: '2024-02-01T00:00:00.000Z' });
    await bench.write(log.events, 1);
    expect(cashOf(await lines({ knownAt: '2024-02-02T00:00:00.000Z' }))).toEqual(['100']);
    expect(cashOf(await lines({ knownAt: '2024-03-01T00:00:00.000Z' }))).toEqual(['100', '105']);
  });

  it('answers for any number of funds, zero where nothing was booked, and closes and leaves available as the rules say', async () => {
    open('A');
    await bench.write(log.events);
    const answer = await fundStandings(bench.database, [id('none'), id('A')], {});
    expect(answer.value).toEqual([
      { fundId: id('none'), cash: '0', bank: '0', goods: '0', endowment_principal: '0', committed: '0', closing: '0', available: '0' },
      { fundId: id('A'), cash: '100', bank: '1000', goods: '10', endowment_principal: '200', committed: '0', closing: '1110', available: '900' },
    ]);
    expect(answer.position).toBe(100n);
  });

  it('takes ranges from and to a day, carrying what stood before', async () => {
    open('A');
    for (const [day, amount] of [['2023-02-01', 1], ['2023-02-02', 2], ['2023-02-03', 4]] as const) donate(day, amount);
    await bench.write(log.events);
    expect(cashOf(await lines({ from: '2023-02-02', to: '2023-02-02' }))).toEqual(['103']);
    expect(cashOf(await lines({ from: '2023-02-03' }))).toEqual(['107']);
    expect(await lines({ from: '2023-03-01' })).toEqual([]);
    expect(await lines({}, 10, 'no fund')).toEqual([]);
  });

  it('keeps text that names a person sealed, and out of the views for dashboards', async () => {
    open('A');
    book('A', 'DonationReceived', 'receipt', '2023-02-01', { account: 'cash', amount: '1', donorId: id('donor'), description: { personId: id('donor'), sealed: '1.abc' } });
    donate('2023-02-02', 1);
    await bench.write(log.events);
    expect((await lines())[1]!.description).toBeNull();
    const { value } = await fundStatementText(bench.database, id('A'), { withSealed: true }, 10);
    expect(value.map(({ sealed }) => sealed.description)).toEqual([undefined, { personId: id('donor'), sealed: '1.abc' }, undefined]);
    expect(JSON.parse(`${textOfBytes(value[1]!.text({ description: 'Một "món" quà' }))}}`)).toMatchObject({ description: 'Một "món" quà', reason: null, changes: { cash: '1' } });
  });

  it('is answered over the tables of the former version until its own are live', async () => {
    const former = await testDatabase();
    const { newViewsOverFormer: _new, ...projection } = fundStatementProjection;
    const older = { ...projection, version: 1, views: (schema: string) => Object.fromEntries(Object.entries(projection.views(schema)).filter(([name]) => name !== 'fund_statement_month')) };
    const before = await ProjectionBench.open(former.url, older);
    open('A');
    for (const day of ['2023-01-31', '2023-02-01', '2023-02-03', '2024-02-01']) donate(day, 1);
    await Promise.all([bench.write(log.events), before.write(log.events)]);
    await expect(fundStandings(before.database, [id('A')], {})).rejects.toThrow('fund_statement_month');
    await ensureProjections(before.database, [fundStatementProjection]);
    const after = (await lines())[2]!.key;
    for (const effectiveOn of ['2023-02-01', '2023-02-28', '2024-12-31']) {
      expect((await fundStandings(before.database, [id('A')], { effectiveOn })).value).toEqual((await fundStandings(bench.database, [id('A')], { effectiveOn })).value);
    }
    expect((await fundStatement(before.database, id('A'), {}, 10, after)).value).toEqual((await lines()).slice(3));
    expect(cashOf(await lines())).toEqual(['100', '101', '102', '103', '104']);
    await before.close();
    await former.close();
  });

  it('closing the books is no movement; money beyond 64 bits still adds up', async () => {
    const most = (2n ** 63n - 1n).toString();
    for (const from of ['1', '2', '3']) book('A', 'TransferReceived', 'transfer_receipt', '2023-02-01', { transferId: id(from), fromFundId: id('B'), fromAccount: 'bank', account: 'bank', amount: most, sentOn: '2023-02-01' });
    book('A', 'BooksClosed', 'closing', '2023-12-31', {});
    await bench.write(log.events);
    expect((await lines()).map((line) => line.balances.bank).at(-1)).toBe((3n * (2n ** 63n - 1n)).toString());
  });

  it('gives, for any page, range and instant, what a plain fold gives, through many blocks of one day', async () => {
    const days = ['2023-02-01', '2023-02-01', '2023-02-01', '2023-02-02', '2023-01-15'];
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    open('A', '2023-01-01');
    for (let count = 1; count < 160; count += 1) {
      const recordedAt = new Date(Date.parse('2024-01-01T00:00:00Z') + count * 1_000 - random(4) * 1_500).toISOString();
      const source = random(3) === 0 ? {} : { source: { set: `set ${random(2)}`, seq: String(random(60) * 1_500) } };
      donate(days[random(days.length)]!, 1 + random(9), { recordedAt, ...source }, ['cash', 'bank', 'goods'][random(3)]!);
    }
    const spread = log.events.map((event) => ({ ...event, position: event.position * 40_000n }));
    await bench.write(spread, 37);
    const order = foldedOrder(spread);
    for (const knownAt of [undefined, '2024-01-01T00:00:30.000Z', '2024-01-01T00:02:00.250Z', '2030-01-01T00:00:00.000Z'])
      for (const range of [{}, { from: '2023-02-01' }, { from: '2023-01-02', to: '2023-02-01' }]) {
        const expected = folded(order, knownPrefix(spread, knownAt), range);
        for (const limit of [1, 7, 500]) {
          if (limit === 1 && knownAt !== undefined) continue;
          const actual = await lines({ ...range, ...(knownAt === undefined ? {} : { knownAt }) }, limit);
          expect(actual.map((line) => ({ position: line.key.position, balances: line.balances }))).toEqual(expected);
        }
      }
  });
});

interface Placed { readonly event: RecordedEvent; readonly day: string; readonly anchor: bigint; readonly seq: bigint }

function foldedOrder(events: readonly RecordedEvent[]): Placed[] {
  const firstOf = new Map<string, bigint>();
  for (const { metadata: { source }, position } of events) if (source && !firstOf.has(source.set)) firstOf.set(source.set, position);
  const placed = events.map((event) => ({
    event, day: String(event.data['effectiveOn']), anchor: (event.metadata.source && firstOf.get(event.metadata.source.set)) ?? event.position, seq: BigInt(event.metadata.source?.seq ?? 0) }));
  const compare = (a: bigint | string, b: bigint | string): number => (a < b ? -1 : a > b ? 1 : 0);
  return placed.sort((a, b) => compare(a.day, b.day) || compare(a.anchor, b.anchor) || compare(a.seq, b.seq) || compare(a.event.position, b.event.position));
}

function knownPrefix(events: readonly RecordedEvent[], knownAt: string | undefined): ReadonlySet<RecordedEvent> {
  const end = knownAt === undefined ? -1 : events.findIndex((event) => event.metadata.recordedAt > knownAt);
  return new Set(end === -1 ? events : events.slice(0, end));
}

function folded(order: readonly Placed[], known: ReadonlySet<RecordedEvent>, range: { readonly from?: string; readonly to?: string }): object[] {
  const totals = Object.fromEntries(FIGURES.map((figure) => [figure, 0n]));
  return order.filter(({ event }) => known.has(event)).flatMap(({ event, day }) => {
    const effect = effectOf(event as unknown as FundBookEvent)!;
    for (const figure of FIGURES) totals[figure]! += figure === 'endowment_principal' ? effect.endowmentPrincipal : effect[figure];
    if (day < (range.from ?? '') || day > (range.to ?? '9')) return [];
    return [{ position: event.position.toString(), balances: Object.fromEntries(FIGURES.map((figure) => [figure, totals[figure]!.toString()])) }];
  });
}
