import { randomUUID } from 'node:crypto';
import { VerifiedHouse } from '../testing/src/index.js';
import type { Verdict } from './index.js';

jest.setTimeout(900_000);

// Logs that no decider would have written: hand-made events, straight into the store. The read models follow them
// faithfully, so that it is the log alone that is at fault.

type Data = Readonly<Record<string, unknown>>;

const ROOT = randomUUID();
const FUND = { a: randomUUID(), b: randomUUID() } as const;
const DAY = '2024-02-01';

describe('a log that does not add up', () => {
  let house: VerifiedHouse;
  let position: bigint;
  const revisions = new Map<string, bigint>();
  const numbers = new Map<string, number>();

  beforeAll(async () => {
    house = await VerifiedHouse.open();
    await house.startProjector();
    await append(`association-${ROOT}`, 'AssociationRegistered', { associationId: ROOT, rootId: ROOT, rootCode: 'R', code: 'R', name: 'Hội', level: 'province', members: 1 });
    for (const [name, fundId] of Object.entries(FUND)) {
      await append(`fund-${fundId}`, 'FundOpened', { fundId, rootCode: 'R', code: `Q-${name}`, name: 'Quỹ', associationId: ROOT, restriction: 'unrestricted', openedOn: '2024-01-01' });
      await book(fundId, 'FundBookOpened', 'opening', { associationId: ROOT, restriction: 'unrestricted', opening: { cash: '1000', bank: '1000', goods: '0' }, endowmentPrincipal: '0' });
    }
  });
  afterAll(async () => { await house.close(); });

  async function append(stream: string, type: string, data: Data): Promise<void> {
    const id = randomUUID();
    const outcome = await house.store.append(stream, revisions.get(stream) ?? 'no_stream', [{ id, type, data, metadata: {
      commandId: id, inputHash: '', correlationId: id, causationId: id, actorId: 'spec', recordedAt: '2024-07-01T00:00:00.000Z', schemaVersion: 1,
    } }]);
    if (outcome.kind !== 'appended') throw new Error(outcome.kind);
    revisions.set(stream, outcome.lastRevision);
    ({ position } = outcome);
  }

  /** An event of a fund's book with the number that is due, or another. */
  async function book(fundId: string, type: string, kind: string, data: Data, number?: number): Promise<void> {
    const series = `${fundId} ${kind}`;
    const due = number ?? (numbers.get(series) ?? 0) + 1;
    numbers.set(series, due);
    await append(`fundBook-${fundId}`, type, { fundId, voucher: { kind, year: 2024, number: due }, documentDate: DAY, effectiveOn: DAY, approvals: [], ...data });
  }

  const donation = { account: 'cash', amount: '10', donorId: randomUUID() } as const;
  const faultsIn = ({ groups }: Verdict): string[] => groups.flatMap(({ differences }) => differences.map(({ kind, sentence, event }) => `${kind} ${sentence}${event ? ` | ${event.stream}@${event.revision} ${event.type} ${event.position}` : ''}`));
  /** What verifying finds that it did not find before. */
  let before: readonly string[] = [];
  async function newFaults(): Promise<string[]> {
    await house.caughtUp(position);
    const faults = faultsIn(await house.verdict());
    const found = faults.filter((fault) => !before.includes(fault));
    before = faults;
    return found;
  }
  const last = (fundId: string, type: string): string => `fundBook-${fundId}@${revisions.get(`fundBook-${fundId}`)} ${type} ${position}`;

  it('is not found where it does: a transfer under way is in transit, an award is committed', async () => {
    await book(FUND.a, 'DonationReceived', 'receipt', donation);
    await book(FUND.a, 'TransferSent', 'transfer', { transferId: randomUUID(), fromAccount: 'bank', toFundId: FUND.b, toAccount: 'bank', amount: '5' });
    await book(FUND.a, 'ScholarshipAwarded', 'award', { scholarshipId: randomUUID(), code: 'S', programId: randomUUID(), beneficiaryId: randomUUID(), amount: '50', instalments: 2 });
    expect(await newFaults()).toEqual([]);
  });

  it('leaves out a voucher', async () => {
    await book(FUND.a, 'DonationReceived', 'receipt', donation, 3);
    expect(await newFaults()).toEqual([`log voucher receipt/2024/3 stands where number 2 is due | ${last(FUND.a, 'DonationReceived')}`]);
  });

  it('lets more arrive than was sent, or what nobody sent', async () => {
    const transferId = randomUUID();
    await book(FUND.a, 'TransferSent', 'transfer', { transferId, fromAccount: 'bank', toFundId: FUND.b, toAccount: 'bank', amount: '10' });
    await book(FUND.b, 'TransferReceived', 'transfer_receipt', { transferId, fromFundId: FUND.a, fromAccount: 'bank', account: 'bank', amount: '15', sentOn: DAY });
    expect(await newFaults()).toEqual([`log of transfer ${transferId} 15 arrived and 10 was sent | ${last(FUND.b, 'TransferReceived')}`]);
    const nobodys = randomUUID();
    await book(FUND.a, 'TransferReceived', 'transfer_receipt', { transferId: nobodys, fromFundId: FUND.b, fromAccount: 'bank', account: 'bank', amount: '7', sentOn: DAY });
    expect(await newFaults()).toEqual([`log of transfer ${nobodys} 7 arrived and 0 was sent | ${last(FUND.a, 'TransferReceived')}`]);
  });

  it('pays more of a scholarship than was awarded, or releases what was paid', async () => {
    const [paid, released] = [randomUUID(), randomUUID()];
    for (const scholarshipId of [paid, released]) await book(FUND.b, 'ScholarshipAwarded', 'award', { scholarshipId, code: scholarshipId, programId: randomUUID(), beneficiaryId: randomUUID(), amount: '100', instalments: 2 });
    await book(FUND.b, 'InstalmentPaid', 'instalment', { scholarshipId: paid, beneficiaryId: randomUUID(), instalment: 1, account: 'bank', amount: '101' });
    expect(await newFaults()).toEqual([`log scholarship ${paid} was awarded 100, and 101 paid and 0 released of it | ${last(FUND.b, 'InstalmentPaid')}`]);
    await book(FUND.b, 'InstalmentPaid', 'instalment', { scholarshipId: released, beneficiaryId: randomUUID(), instalment: 1, account: 'bank', amount: '60' });
    await book(FUND.b, 'ScholarshipRevoked', 'revocation', { scholarshipId: released, beneficiaryId: randomUUID(), released: '50', reason: 'x' });
    // In all 9 less than nothing is committed now.
    expect(await newFaults()).toEqual([
      `log scholarship ${released} was awarded 100, and 60 paid and 50 released of it | ${last(FUND.b, 'ScholarshipRevoked')}`,
      expect.stringMatching(/^invariant Q-b .*: committed stands at -11$/)]);
  });

  it('spends what an account does not have', async () => {
    await book(FUND.b, 'DisbursementPaid', 'payment', { purpose: 'gift', recipients: 1, account: 'goods', amount: '3' });
    expect(await newFaults()).toEqual([expect.stringMatching(new RegExp(`^invariant Q-b \\(${FUND.b}\\) on ${DAY}: goods stands at -3$`))]);
  });

  it('holds an event that no ledger writes, and one about a fund that was never opened', async () => {
    await append('diary-1', 'SomethingHappened', { what: 'x' });
    expect(await newFaults()).toEqual([`log an event of type SomethingHappened, which no ledger writes | diary-1@0 SomethingHappened ${position}`]);
    const nowhere = randomUUID();
    await book(nowhere, 'DonationReceived', 'receipt', donation);
    // No read model gets past it; asked about that moment the log is read that far.
    expect(faultsIn(await house.verdict({ at: position }))).toContain(`log fund ${nowhere} is named and was never seen | ${last(nowhere, 'DonationReceived')}`);
  });
});
