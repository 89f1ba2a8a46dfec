import { accepted, book, donation, eventsOf, foundLedger, LedgerHouse, openFund, payment, submission, transfer, until, type LedgerProcess } from '../testing/src/index.js';
import { startRandom } from '../testing/src/random.js';

// Real servers on a machine that may be busy.
jest.setTimeout(60_000);

let house: LedgerHouse;
let processes: LedgerProcess[];

async function balance(code: string): Promise<bigint> {
  let sum = 0n;
  for (const { type, data } of await eventsOf(processes[0]!, book(code))) {
    const amount = BigInt((data['amount'] as string | undefined) ?? 0);
    if (type === 'DonationReceived' || type === 'TransferReceived') sum += amount;
    if (type === 'DisbursementPaid' || type === 'TransferSent') sum -= amount;
    if (sum < 0n) throw new Error(`${code} is below zero after ${type}`);
  }
  return sum;
}

beforeAll(async () => {
  house = await LedgerHouse.open();
  processes = await Promise.all([1, 2, 3].map(() => house.process({ limits: { deadlineMs: 20_000 } })));
  await foundLedger(processes[0]!.ledger, openFund('HOT'), openFund('A'), openFund('B'));
});

afterAll(() => house.close());

describe('several processes on one fund', () => {
  it('lose no update and refuse nothing untruly', async () => {
    accepted(await processes[0]!.ledger.execute(submission(donation('HOT', 1_000n))));
    // 300 payments of 10 against 1,000 and donations of 10 beside them: each payment that is refused must be so truly.
    const answers = await Promise.all(Array.from({ length: 400 }, async (_, at) => {
      const { ledger } = processes[at % 3]!;
      const command = at % 4 === 0 ? donation('HOT', 10n) : payment('HOT', 10n);
      return { command, answer: await ledger.execute(submission(command)) };
    }));
    const count = (type: string, kind: string) => BigInt(answers.filter(({ command, answer }) => command.type === type && answer.kind === kind).length);
    expect(count('ReceiveDonation', 'accepted')).toBe(100n);
    expect(count('PayDisbursement', 'accepted') + count('PayDisbursement', 'refused')).toBe(300n);
    expect(count('PayDisbursement', 'accepted')).toBe(200n);
    expect(await balance('HOT')).toBe(0n);
  }, 60_000);

  it('accept every payment that is covered, whoever received the money', async () => {
    for (let round = 0; round < 30; round += 1) {
      accepted(await processes[round % 3]!.ledger.execute(submission(donation('HOT', 5n))));
      accepted(await processes[(round + 1) % 3]!.ledger.execute(submission(payment('HOT', 5n))));
    }
    expect(await processes[2]!.ledger.execute(submission(payment('HOT', 1n)))).toMatchObject({ kind: 'refused' });
  });

  it('number vouchers without a gap', async () => {
    const numbers = (await eventsOf(processes[0]!, book('HOT'))).flatMap(({ data }) => {
      const voucher = data['voucher'] as { kind: string; number: number };
      return voucher.kind === 'payment' ? [voucher.number] : [];
    });
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  it('pass money to and fro between two funds without losing or making any', async () => {
    const seed = Date.now() % 1_000_000;
    const random = startRandom(seed);
    await Promise.all(['A', 'B'].map((code) => processes[0]!.ledger.execute(submission(donation(code, 500n)))));
    const answers = await Promise.all(Array.from({ length: 120 }, (_, at) => {
      const [from, to] = random() < 0.5 ? ['A', 'B'] : ['B', 'A'];
      return processes[at % 3]!.ledger.execute(transfer(from!, to!, BigInt(1 + Math.floor(random() * 80))));
    }));
    const kinds = answers.map((answer) => (answer.kind === 'accepted' ? `arrived ${answer.arrived}` : answer.kind));
    expect({ seed, kinds: [...new Set(kinds)].filter((kind) => !['arrived true', 'refused'].includes(kind)) }).toEqual({ seed, kinds: [] });
    expect((await balance('A')) + (await balance('B'))).toBe(1_000n);
  }, 60_000);

  it('answer busy when the deadline is over, and have booked nothing then', async () => {
    const hasty = await house.process({ limits: { deadlineMs: 0 } });
    // Its very first command may come while it still makes sure of the register.
    await until(async () => (await hasty.ledger.execute(submission(donation('HOT', 5n)))).kind === 'accepted');
    accepted(await processes[0]!.ledger.execute(submission(donation('HOT', 5n))));
    const before = (await eventsOf(hasty, book('HOT'))).length;
    expect(await hasty.ledger.execute(submission(donation('HOT', 5n)))).toEqual({ kind: 'busy', retryAfterSeconds: 1 });
    expect(await eventsOf(hasty, book('HOT'))).toHaveLength(before);
    accepted(await hasty.ledger.execute(submission(donation('HOT', 5n))));
  });
});
