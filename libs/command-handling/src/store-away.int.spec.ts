import { accepted, book, donation, eventsOf, foundLedger, LedgerHouse, openFund, payment, submission, until, type LedgerProcess } from '../testing/src/index.js';
import { TcpProxy } from '../../event-store/testing/tcp-proxy.js';
import type { CommandAnswer } from './ledger.js';

// Real servers on a machine that may be busy.
jest.setTimeout(60_000);

let house: LedgerHouse;
let process: LedgerProcess;

const booked = async (code: string): Promise<number> => (await eventsOf(process, book(code))).length;

beforeEach(async () => {
  house = await LedgerHouse.open();
  process = await house.process();
  await foundLedger(process.ledger, openFund('F1'), openFund('F2'));
}, 30_000);

afterEach(() => house.close());

describe('while the event store is away', () => {
  it('commands are told so, nothing is booked, and everything goes on by itself when it is back', async () => {
    accepted(await process.ledger.execute(submission(donation('F1', 10n))));
    await house.stopStore();
    // What was on its way when the store went may be unknown; what comes once that is settled was never sent.
    let answer: CommandAnswer | undefined;
    await until(async () => (answer = await process.ledger.execute(submission(donation('F1', 1n)))).kind === 'store_unavailable');
    expect(answer).toEqual({ kind: 'store_unavailable', retryAfterSeconds: 1 });
    const away = await Promise.all(['F1', 'F2'].flatMap((code) => [donation(code, 1n), payment(code, 1n)]).map((command) => process.ledger.execute(submission(command))));
    expect(away.every(({ kind }) => kind === 'store_unavailable')).toBe(true);
    const one = submission(donation('F1', 2n));
    expect(await process.ledger.execute(one)).toMatchObject({ kind: 'store_unavailable' });

    await house.startStore();
    await until(async () => (answer = await process.ledger.execute(one)).kind === 'accepted');
    const amounts = (await eventsOf(process, book('F1'))).flatMap(({ type, data }) => (type === 'DonationReceived' ? [data['amount']] : []));
    expect(amounts.filter((amount) => amount === '2')).toHaveLength(1);
    expect(amounts[0]).toBe('10');
  }, 40_000);

  it('a client that retries with its key books once, however often the store goes in between', async () => {
    const keys = Array.from({ length: 40 }, () => submission(donation('F1', 1n)));
    const before = await booked('F1');
    const retry = async (one: (typeof keys)[number]): Promise<void> => until(async () => accepted_(await process.ledger.execute(one)));
    const accepted_ = (answer: CommandAnswer): boolean => {
      expect(['accepted', 'store_unavailable', 'outcome_unknown', 'busy']).toContain(answer.kind);
      return answer.kind === 'accepted';
    };
    const all = Promise.all(keys.map(retry));
    for (let times = 0; times < 2; times += 1) {
      await house.stopStore();
      await house.startStore();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await all;
    expect(await booked('F1')).toBe(before + keys.length);
  }, 60_000);
});

describe('an append that is not answered', () => {
  it('is found again within the deadline, or unknown: then the retry tells, and it is booked once', async () => {
    const proxy = await TcpProxy.to(house.storePort);
    const behind = await house.process({}, proxy.url, { appendDeadlineMs: 400, silenceMs: 400 });
    accepted(await behind.ledger.execute(submission(donation('F1', 100n))));
    const before = await booked('F1');

    proxy.swallow('answers');
    const one = submission(donation('F1', 7n));
    const next = submission(payment('F1', 107n));
    const answers = await Promise.all([behind.ledger.execute(one), behind.ledger.execute(next)]);
    expect(answers.map(({ kind }) => kind)).toEqual(['outcome_unknown', 'outcome_unknown']);
    // It did arrive, only the answer was lost.
    expect(await booked('F1')).toBe(before + 2);

    proxy.heal();
    let again: CommandAnswer | undefined;
    await until(async () => !['outcome_unknown', 'store_unavailable'].includes((again = await behind.ledger.execute(one)).kind));
    expect(again).toMatchObject({ kind: 'accepted', repeated: true, revision: BigInt(before) });
    expect(await behind.ledger.execute(next)).toMatchObject({ kind: 'accepted', repeated: true, revision: BigInt(before) + 1n });
    // The queue went on from what was really there.
    expect(await behind.ledger.execute(submission(payment('F1', 1n)))).toMatchObject({ kind: 'refused' });
    expect(await booked('F1')).toBe(before + 2);
    await behind.close();
    await proxy.close();
  }, 40_000);

  it('is resolved without the client noticing where the store answers again in time', async () => {
    const proxy = await TcpProxy.to(house.storePort);
    const behind = await house.process({ limits: { deadlineMs: 15_000, unknownAfterMs: 15_000 } }, proxy.url, { appendDeadlineMs: 300, silenceMs: 300 });
    accepted(await behind.ledger.execute(submission(donation('F2', 100n))));
    const before = await booked('F2');
    proxy.swallow('answers');
    const waiting = Promise.all([1n, 2n, 3n].map((amount) => behind.ledger.execute(submission(donation('F2', amount)))));
    await until(async () => (await booked('F2')) === before + 3);
    proxy.heal();
    expect((await waiting).map((answer) => accepted(answer).revision)).toEqual([0n, 1n, 2n].map((at) => BigInt(before) + at));
    expect(await booked('F2')).toBe(before + 3);
    await behind.close();
    await proxy.close();
  }, 40_000);
});

describe('while Postgres is away', () => {
  it('commands are refused clearly, and nothing is sent', async () => {
    const before = await booked('F1');
    await process.dataSource.destroy();
    const one = submission(donation('F1', 1n));
    expect(await process.ledger.execute(one)).toEqual({ kind: 'claims_unavailable', retryAfterSeconds: 1 });
    expect(await booked('F1')).toBe(before);
    await process.dataSource.initialize();
    expect(accepted(await process.ledger.execute(one)).repeated).toBe(false);
  });
});
