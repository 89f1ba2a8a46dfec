import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@ledger/kernel';
import type { Projection, Reflected, SqlRunner } from '@ledger/projection-runtime';
import { associationTotals, associationTotalsProjection } from '@projections/association-totals';
import { beneficiaryHistoriesProjection, beneficiaryHistory, beneficiaryTotal, beneficiaryTotalAndHistory } from '@projections/beneficiary-histories';
import { campaignTotals, campaignTotalsProjection } from '@projections/campaign-totals';
import { closingByMonth, fundBalance, fundBalances, fundBalancesProjection, fundDays } from '@projections/fund-balances';
import { fundStandings, fundStatement, fundStatementProjection } from '@projections/fund-statement';
import { journalProjection, trialBalance } from '@projections/journal';
import { pledgeStandings, pledgeTotals, pledgesProjection } from '@projections/pledges';
import { startRandom } from '../libs/command-handling/testing/src/random.js';
import { ProjectionBench } from '../libs/projection-runtime/testing/src/index.js';
import { randomTree } from '../libs/verification/testing/src/index.js';
import { testDatabase } from '../test/support/postgres.js';

jest.setTimeout(600_000);

const SEED = 20_240_531;
const CUTS = 4;
const PROJECTIONS: readonly Projection[] = [
  fundBalancesProjection, associationTotalsProjection, beneficiaryHistoriesProjection, fundStatementProjection, campaignTotalsProjection, pledgesProjection, journalProjection,
];

/**
 * A random ledger's log. Its positions lie so far apart that it covers several blocks of the log; it was recorded in
 * bursts, now and then by a clock behind the one before.
 */
async function randomLog(): Promise<RecordedEvent[]> {
  const random = startRandom(SEED);
  const log: RecordedEvent[] = [];
  const revisions = new Map<string, bigint>();
  let position = 0n;
  let clock = Date.parse('2024-07-01T00:00:00.000Z');
  for await (const { stream, event } of randomTree({ seed: SEED, rootCode: 'TI', associations: 12, funds: 6, people: 8, movements: 500, days: 200, isVaried: true })) {
    const revision = (revisions.get(stream) ?? -1n) + 1n;
    revisions.set(stream, revision);
    position += 1n + BigInt(Math.floor(random() * 20_000_000));
    clock += random() < 0.4 ? 0 : Math.floor(random() * 60_000);
    const recordedAt = new Date(clock - (random() < 0.1 ? 90_000 : 0)).toISOString();
    const isImported = log.length % 90 < 60;
    const metadata = { commandId: randomUUID(), inputHash: '', correlationId: randomUUID(), causationId: randomUUID(), actorId: 'spec', recordedAt, schemaVersion: 1 };
    log.push({ stream, revision, position, id: randomUUID(), type: event.type, data: event.data as unknown as Record<string, unknown>,
      metadata: isImported ? { ...metadata, source: { set: log.length > 400 ? 'TI-2' : 'TI', seq: String(100_000 - log.length) } } : metadata });
  }
  return log;
}

/** Every read model of some events, written in batches of `size`. */
class ReadModels {
  private constructor(private readonly benches: readonly ProjectionBench[], private readonly drop: () => Promise<void>) {}

  static async of(events: readonly RecordedEvent[], size: number): Promise<ReadModels> {
    const database = await testDatabase();
    const benches: ProjectionBench[] = [];
    for (const projection of PROJECTIONS) {
      const bench = await ProjectionBench.open(database.url, projection);
      await bench.write(events, size);
      benches.push(bench);
    }
    return new ReadModels(benches, () => database.close());
  }

  get database(): SqlRunner { return this.benches[0]!.database; }

  async close(): Promise<void> {
    for (const bench of this.benches) await bench.close();
    await this.drop();
  }
}

describe('what was known at an instant', () => {
  let log: readonly RecordedEvent[];
  let whole: ReadModels;

  beforeAll(async () => {
    log = await randomLog();
    whole = await ReadModels.of(log, 97);
  });
  afterAll(() => whole.close());

  const idsOf = (type: string, field: string, events = log): string[] => events.filter((event) => event.type === type).map(({ data }) => String(data[field]));

  /** Every question that has a date, of everything there ever is; of the campaigns those among `events`. */
  async function everyAnswer(database: SqlRunner, knownAt?: string, events = log): Promise<Record<string, unknown>> {
    const answers: Record<string, unknown> = {};
    const known = knownAt === undefined ? {} : { knownAt };
    const note = async (name: string, asked: Promise<Reflected<unknown>>): Promise<void> => { answers[name] = (await asked).value; };
    const [associations, funds, beneficiaries, campaigns] = [
      idsOf('AssociationRegistered', 'associationId'), idsOf('FundOpened', 'fundId'), idsOf('BeneficiaryRegistered', 'beneficiaryId'), idsOf('CampaignLaunched', 'campaignId', events)];
    const root = associations[0]!;
    for (const range of [{}, { to: '2023-06-30' }, { from: '2023-05-01', to: '2023-08-31' }, { from: '2023-07-07' }]) {
      const named = JSON.stringify(range);
      for (const withDescendants of [true, false]) {
        await note(`totals ${named} ${withDescendants}`, associationTotals(database, associations, { ...range, withDescendants, ...known }));
        await note(`trial balance ${named} ${withDescendants}`, trialBalance(database, { associationId: root, withDescendants }, { ...range, ...known }));
      }
      await note(`campaigns ${named}`, campaignTotals(database, campaigns, { ...range, ...known }));
      for (const fund of funds) {
        await note(`days of ${fund} ${named}`, fundDays(database, fund, { ...range, ...known }, 60));
        await note(`statement of ${fund} ${named}`, fundStatement(database, fund, { ...range, ...known }, 200));
      }
      for (const beneficiary of beneficiaries) {
        await note(`total of ${beneficiary} ${named}`, beneficiaryTotal(database, beneficiary, { ...range, ...known }));
        await note(`history of ${beneficiary} ${named}`, beneficiaryHistory(database, beneficiary, { ...range, ...known }, 200));
        await note(`both of ${beneficiary} ${named}`, beneficiaryTotalAndHistory(database, beneficiary, { ...range, ...known }, 200));
      }
    }
    for (const on of [undefined, '2023-04-30', '2023-07-31']) {
      const when = { ...known, ...(on === undefined ? {} : { on }) };
      for (const fund of funds) await note(`balance of ${fund} ${on}`, fundBalance(database, fund, when));
      await note(`balances ${on}`, fundBalances(database, when, 100));
      await note(`balances below ${on}`, fundBalances(database, { ...when, associationId: root, withDescendants: true }, 3, { code: 'Q0', fundId: funds[0]! }));
      await note(`closings ${on}`, closingByMonth(database, root, { from: '2023-02', to: '2023-09', ...when }));
      await note(`standings ${on}`, fundStandings(database, funds, { ...known, ...(on === undefined ? {} : { effectiveOn: on }) }));
      await note(`pledges ${on}`, pledgeStandings(database, {}, { asOf: on ?? '2024-06-30', ...known }, 100));
      await note(`pledge totals ${on}`, pledgeTotals(database, { underId: root }, { asOf: on ?? '2024-06-30', ...known }));
    }
    return answers;
  }

  it('covers several blocks of the log, with clocks that went back', () => {
    expect(log.at(-1)!.position).toBeGreaterThan(4n << 30n);
    expect(log.some(({ metadata }, at) => at > 0 && metadata.recordedAt < log[at - 1]!.metadata.recordedAt)).toBe(true);
  });

  const random = startRandom(SEED + 1);
  it.each(Array.from({ length: CUTS }, (_, cut) => [cut, (cut + random()) / CUTS] as const))('is what the log up to then makes by itself (%i: at %f of it)', async (_, part) => {
    const knownAt = log[Math.floor(part * log.length)]!.metadata.recordedAt;
    const end = log.findIndex(({ metadata }) => metadata.recordedAt > knownAt);
    const known = end === -1 ? log : log.slice(0, end);
    const prefix = await ReadModels.of(known, 1_000);
    try {
      const [then, now] = [await everyAnswer(prefix.database, undefined, known), await everyAnswer(whole.database, knownAt, known)];
      for (const [question, answer] of Object.entries(now)) expect([question, answer]).toEqual([question, then[question]]);
    } finally {
      await prefix.close();
    }
  });

  it('is nothing before the first event, and everything after the last', async () => {
    expect((await fundBalances(whole.database, { knownAt: '2020-01-01T00:00:00.000Z' }, 100)).value).toEqual([]);
    expect(await everyAnswer(whole.database, '2025-01-01T00:00:00.000Z')).toEqual(await everyAnswer(whole.database));
  });
});
