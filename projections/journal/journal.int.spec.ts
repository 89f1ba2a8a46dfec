import { uuidv5, LEDGER_NAMESPACE } from '@ledger/kernel';
import { HandMadeLog, ProjectionBench } from '../../libs/projection-runtime/testing/src/index.js';
import { testDatabase } from '../../test/support/postgres.js';
import { ACCOUNT_CODES, journalProjection, trialBalance } from './index.js';
import type { TrialBalance, TrialQuestion, TrialScope } from './index.js';

jest.setTimeout(60_000);

const id = (name: string): string => uuidv5(LEDGER_NAMESPACE, name);

describe('the journal', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let bench: ProjectionBench;
  let log: HandMadeLog;

  beforeEach(async () => {
    database = await testDatabase();
    bench = await ProjectionBench.open(database.url, journalProjection);
    log = new HandMadeLog();
    log.add('association-1', 'AssociationRegistered', { associationId: id('TI') });
    log.add('association-2', 'AssociationRegistered', { associationId: id('TI-01'), parentId: id('TI') });
    open('A', 'TI', 'unrestricted', '1000');
    open('B', 'TI-01', 'restricted', '0');
  });
  afterEach(async () => {
    await bench.close();
    await database.close();
  });

  function open(code: string, association: string, restriction: string, bank: string): void {
    const fund = { fundId: id(code), associationId: id(association), code, restriction, opening: { cash: '0', bank, goods: '0' }, endowmentPrincipal: '0' };
    log.add(`fund-${code}`, 'FundOpened', fund);
    book(code, 'FundBookOpened', 'opening', '2023-01-01', fund);
  }
  function book(code: string, type: string, kind: string, day: string, data: object, recordedAt = '2023-01-01T00:00:00.000Z'): void {
    log.add(`fundBook-${id(code)}`, type, { fundId: id(code), voucher: { kind, year: 2023, number: 1 }, documentDate: day, effectiveOn: day, approvals: [], ...data }, { recordedAt });
  }
  function transfer(amount: string, sentOn: string, receivedOn: string | undefined): void {
    book('A', 'TransferSent', 'transfer', sentOn, { transferId: id('T'), fromAccount: 'bank', toFundId: id('B'), toAccount: 'cash', amount });
    if (receivedOn !== undefined) book('B', 'TransferReceived', 'transfer_receipt', receivedOn, { transferId: id('T'), fromFundId: id('A'), account: 'cash', amount, sentOn });
  }
  async function trial(scope: TrialScope, question: TrialQuestion = {}): Promise<TrialBalance> {
    const { value } = await trialBalance(bench.database, scope, question);
    expect(value.debit).toBe(value.credit);
    expect(value.lines.reduce((sum, line) => sum + BigInt(line.closing), 0n)).toBe(0n);
    return value;
  }
  const rows = (balance: TrialBalance): string[] => balance.lines.map((line) => `${line.account} ${line.opening} ${line.debit} ${line.credit} ${line.closing}`);
  const under = { associationId: id('TI'), withDescendants: true };

  it('opens, receives and spends, per period: what stood before is the opening', async () => {
    book('A', 'DonationReceived', 'receipt', '2023-02-01', { account: 'cash', amount: '50', externalReference: 'PT1' });
    book('A', 'DisbursementPaid', 'payment', '2023-03-01', { account: 'bank', amount: '30', purpose: 'gift', recipients: 1 });
    await bench.write(log.events, 2);
    expect(rows(await trial({ fundId: id('A') }))).toEqual(['1110 0 50 0 50', '1120 0 1000 30 970', '3000 0 0 1000 -1000', '4100 0 0 50 -50', '5310 0 30 0 30']);
    expect(rows(await trial({ fundId: id('A') }, { from: '2023-03-01', to: '2023-03-31' }))).toEqual(['1110 50 0 0 50', '1120 1000 0 30 970', '3000 -1000 0 0 -1000', '4100 -50 0 0 -50', '5310 0 30 0 30']);
    expect(rows(await trial({ fundId: id('A') }, { to: '2023-01-31' }))).toEqual(['1120 0 1000 0 1000', '3000 0 0 1000 -1000']);
    expect(await bench.rows(`SELECT debit_account, credit_account, amount::text, voucher_kind, external_reference, day::text FROM read.journal_posting WHERE event_type = 'DonationReceived'`))
      .toEqual([{ debit_account: '1110', credit_account: '4100', amount: '50', voucher_kind: 'receipt', external_reference: 'PT1', day: '2023-02-01' }]);
  });

  it('adds up an association\'s own funds, and those below it', async () => {
    transfer('60', '2023-02-01', '2023-02-03');
    await bench.write(log.events);
    expect(rows(await trial({ associationId: id('TI'), withDescendants: false }))).toEqual(['1120 0 1000 60 940', '3000 0 0 1000 -1000', '3810 0 60 0 60']);
    expect(rows(await trial({ associationId: id('TI-01'), withDescendants: true }))).toEqual(['1110 0 60 0 60', '3820 0 0 60 -60']);
    expect(rows(await trial(under))).toEqual(['1110 0 60 0 60', '1120 0 1000 60 940', '3000 0 0 1000 -1000', '3810 0 60 0 60', '3820 0 0 60 -60']);
    expect(await trial({ associationId: id('none'), withDescendants: true })).toEqual({ lines: [], debit: '0', credit: '0' });
  });

  it('leaves between the transfer accounts of all funds what is in transit', async () => {
    transfer('60', '2023-02-01', undefined);
    await bench.write(log.events);
    const closing = (balance: TrialBalance): bigint => balance.lines.filter((line) => line.account.startsWith('38')).reduce((sum, line) => sum + BigInt(line.closing), 0n);
    expect(closing(await trial(under))).toBe(60n);
    book('B', 'TransferReceived', 'transfer_receipt', '2023-02-03', { transferId: id('T'), fromFundId: id('A'), account: 'cash', amount: '60', sentOn: '2023-02-01' });
    await bench.write(log.events.slice(-1));
    expect(closing(await trial(under, { to: '2023-02-02' }))).toBe(60n);
    expect(closing(await trial(under))).toBe(0n);
  });

  it('keeps commitments off the balance sheet, each against its contra', async () => {
    book('A', 'ScholarshipAwarded', 'scholarship', '2023-02-01', { amount: '300' });
    book('A', 'InstalmentPaid', 'instalment', '2023-03-01', { account: 'bank', amount: '100', instalment: 1 });
    await bench.write(log.events);
    expect(rows(await trial({ fundId: id('A') })).slice(-3)).toEqual(['5100 0 100 0 100', '9100 0 100 300 -200', '9190 0 300 100 200']);
  });

  it('restricts what a restricted fund\'s endowment is taken from', async () => {
    book('B', 'EndowmentAdded', 'endowment', '2023-02-01', { amount: '80', from: 'donation' });
    await bench.write(log.events);
    expect(rows(await trial({ fundId: id('B') }))).toEqual(['1120 0 80 0 80', '3200 0 80 0 80', '3300 0 0 80 -80', '4300 0 0 80 -80']);
  });

  it('shows an adjustment made in May about March in both ways', async () => {
    book('A', 'DonationReceived', 'receipt', '2023-03-01', { account: 'cash', amount: '50' });
    book('A', 'VoucherAdjusted', 'adjustment', '2023-03-31', { adjusts: { kind: 'receipt' }, account: 'cash', delta: '-20' }, '2023-05-05T00:00:00.000Z');
    await bench.write(log.events.map((event) => (event.metadata.recordedAt.startsWith('2024') ? { ...event, metadata: { ...event.metadata, recordedAt: '2023-01-01T00:00:00.000Z' } } : event)));
    const march = { from: '2023-03-01', to: '2023-03-31' };
    expect(rows(await trial({ fundId: id('A') }, march))).toContain('4100 0 20 50 -30');
    expect(rows(await trial({ fundId: id('A') }, { ...march, knownAt: '2023-05-04T23:59:59.999Z' }))).toContain('4100 0 0 50 -50');
    expect(rows(await trial({ fundId: id('A') }, { ...march, knownAt: '2022-01-01T00:00:00.000Z' }))).toEqual([]);
  });

  it('balances every entry, and refuses a posting that would not', async () => {
    book('A', 'EndowmentAdded', 'endowment', '2023-02-01', { amount: '80', from: 'donation' });
    await bench.write(log.events);
    expect(await bench.rows('SELECT position FROM read.journal_line GROUP BY position HAVING sum(debit) <> sum(credit)')).toEqual([]);
    expect(await bench.rows('SELECT account FROM read.account ORDER BY account')).toEqual(ACCOUNT_CODES.map((account) => ({ account })));
    await expect(bench.rows(`UPDATE p_journal_1.posting SET amount = 0`)).rejects.toThrow('check');
  });

  it('refuses a movement of a fund that was never opened', async () => {
    await bench.write(log.events);
    book('Z', 'InterestCredited', 'interest', '2023-02-01', { amount: '1' });
    await expect(bench.rehearse(log.events.slice(-1))).rejects.toThrow('never opened');
  });
});
