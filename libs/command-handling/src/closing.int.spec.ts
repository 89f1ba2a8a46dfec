import type { AdjustVoucher } from '@ledger/fund-ledger';
import { accepted, adjustment, BENEFICIARY, book, donation, eventsOf, foundLedger, fundId, LedgerHouse, openFund, payment, submission, transfer, type LedgerProcess } from '../testing/src/index.js';
import type { CommandAnswer } from './ledger.js';

// Real servers on a machine that may be busy.
jest.setTimeout(60_000);

let house: LedgerHouse;
let process: LedgerProcess;
/** Reads little backward and keeps few folds, so that every way to a closing is walked. */
let forgetful: LedgerProcess;

const close = (code: string, through: string): Promise<CommandAnswer> => process.ledger.execute(submission({ type: 'CloseBooks', fundId: fundId(code), through }));
const refusedCode = (answer: CommandAnswer): string => (answer.kind === 'refused' ? answer.refusal.refused : answer.kind);

beforeAll(async () => {
  house = await LedgerHouse.open();
  process = await house.process();
  forgetful = await house.process({ limits: { backwardEvents: 3, cachedEvents: 8 } });
  await foundLedger(process.ledger, openFund('F1'), openFund('F2'), openFund('IDLE'));
});

afterAll(() => house.close());

describe('closing the books', () => {
  it('comes after the index, which is made for it', async () => {
    accepted(await close('IDLE', '2023-12-31'));
    const [row] = await process.dataSource.query<{ kind: string }[]>('SELECT kind FROM command.voucher_index WHERE stream = $1 AND revision = 0', [book('IDLE')]);
    expect(row).toEqual({ kind: 'opening' });
  });

  it('comes after what was submitted before it and before what was submitted after', async () => {
    const answers = await Promise.all([
      process.ledger.execute(submission(donation('IDLE', 5n, { effectiveOn: '2024-01-10' }))),
      close('IDLE', '2024-01-31'),
      process.ledger.execute(submission(donation('IDLE', 5n, { effectiveOn: '2024-01-20' }))),
      process.ledger.execute(submission(donation('IDLE', 5n, { effectiveOn: '2024-02-01' }))),
    ]);
    expect(answers.map(refusedCode)).toEqual(['accepted', 'accepted', 'day_is_closed', 'accepted']);
  });
});

describe('a book that was closed', () => {
  const scholarship = { type: 'AwardScholarship' as const, fundId: '', scholarshipId: '8f14e45f-ceea-567f-a9d3-4f4b1c8e1a11', code: 'HB1', programId: '', beneficiaryId: BENEFICIARY, amount: 50n, instalments: 1, effectiveOn: '2023-02-02' };

  beforeAll(async () => {
    const execute = async (command: Parameters<typeof submission>[0]) => accepted(await process.ledger.execute(submission(command)));
    await execute({ type: 'EstablishScholarshipProgram', programId: '8f14e45f-ceea-567f-a9d3-4f4b1c8e1a12', code: 'P', fundId: fundId('F1'), name: 'P' });
    await execute(donation('F1', 1_000n, { externalReference: 'PT-1' }));
    await execute({ ...scholarship, fundId: fundId('F1'), programId: '8f14e45f-ceea-567f-a9d3-4f4b1c8e1a12' });
    await execute({ type: 'PayInstalment', fundId: fundId('F1'), scholarshipId: scholarship.scholarshipId, instalment: 1, account: 'bank', amount: 50n, effectiveOn: '2023-02-03' });
    for (let day = 1; day <= 9; day += 1) await execute(payment('F1', 10n, { effectiveOn: `2023-03-0${day}` }));
    accepted(await close('F1', '2023-12-31'));
    for (let day = 1; day <= 9; day += 1) await execute(payment('F1', 10n, { effectiveOn: `2024-01-0${day}` }));
  });

  it('is folded from its last closing, whichever way it is found', async () => {
    const reads: bigint[] = [];
    for (const reader of [await house.process(), forgetful]) {
      const original = reader.eventStore.readStream.bind(reader.eventStore);
      Object.assign(reader.eventStore, { readStream: (stream: string, from: bigint, max?: number) => (stream === book('F1') && max === undefined && reads.push(from), original(stream, from, max)) });
      expect(refusedCode(await reader.ledger.execute(submission(payment('F1', 771n, { effectiveOn: '2024-02-01' }))))).not.toBe('accepted');
      expect(refusedCode(await reader.ledger.execute(submission(donation('F1', 1n, { effectiveOn: '2023-06-01' }))))).toBe('day_is_closed');
    }
    const closing = (await eventsOf(process, book('F1'))).find(({ type }) => type === 'BooksClosed')!.revision;
    expect(reads.every((from) => from >= closing)).toBe(true);
    expect(reads).toContain(closing);
  });

  it('remembers references, scholarships and vouchers from before it', async () => {
    for (const { ledger } of [process, forgetful]) {
      expect(refusedCode(await ledger.execute(submission(donation('F1', 1n, { externalReference: 'PT-1', effectiveOn: '2024-02-01' }))))).toBe('external_reference_already_used');
      const awarded = await ledger.execute(submission({ ...scholarship, fundId: fundId('F1'), programId: '8f14e45f-ceea-567f-a9d3-4f4b1c8e1a12', effectiveOn: '2024-02-01' }));
      expect(awarded.kind).toBe('refused');
      accepted(await ledger.execute(submission(donation('F1', 1n, { externalReference: `NEW-${ledger === process.ledger}`, effectiveOn: '2024-02-01' }))));
    }
  });

  it('has its vouchers adjusted across the closing, by number and by reference, and not below zero', async () => {
    const on = (adjusts: AdjustVoucher['adjusts'], delta: bigint, over = {}) => process.ledger.execute(adjustment('F1', adjusts, delta, { effectiveOn: '2024-03-01', ...over }));
    const byReference = accepted(await on({ kind: 'receipt', externalReference: 'PT-1' }, -100n));
    expect(byReference.events[0]).toMatchObject({ type: 'VoucherAdjusted', data: { delta: '-100', donorId: expect.any(String), adjusts: { kind: 'receipt', year: 2023, number: 1, externalReference: 'PT-1' } } });
    accepted(await on({ kind: 'payment', year: 2023, number: 2 }, -4n));
    expect(refusedCode(await on({ kind: 'payment', year: 2023, number: 2 }, -7n))).not.toBe('accepted');
    expect(refusedCode(await on({ kind: 'payment', year: 2023, number: 77 }, -1n))).toBe('voucher_not_found');
    expect(refusedCode(await forgetful.ledger.execute(adjustment('F1', { kind: 'payment', year: 2023, number: 2 }, -7n, { effectiveOn: '2024-03-01' })))).not.toBe('accepted');
    accepted(await forgetful.ledger.execute(adjustment('F1', { kind: 'payment', year: 2023, number: 2 }, -6n, { effectiveOn: '2024-03-01' })));
  });

  it('has vouchers of the open stretch adjusted too, also one that waits in the same batch', async () => {
    const number = (await eventsOf(process, book('F1'))).filter(({ data }) => (data['voucher'] as { kind: string; year: number }).kind === 'receipt' && (data['voucher'] as { year: number }).year === 2024).length + 1;
    const answers = await Promise.all([
      process.ledger.execute(submission(donation('F1', 40n, { effectiveOn: '2024-03-02' }))),
      process.ledger.execute(adjustment('F1', { kind: 'receipt', year: 2024, number }, -15n, { effectiveOn: '2024-03-02' })),
      process.ledger.execute(adjustment('F1', { kind: 'payment', year: 2024, number: 3 }, -1n, { effectiveOn: '2024-03-02' })),
      process.ledger.execute(adjustment('F1', { kind: 'receipt', year: 2024, number }, -26n, { effectiveOn: '2024-03-02' })),
    ]);
    expect(answers.map((answer) => answer.kind)).toEqual(['accepted', 'accepted', 'accepted', 'refused']);
  });

  it('gives answers for what it closed, with the outcome lost', async () => {
    const one = submission(donation('F2', 5n));
    const first = accepted(await process.ledger.execute(one));
    accepted(await close('F2', '2023-12-31'));
    await process.dataSource.query('UPDATE command.command_keys SET outcome = NULL');
    const restarted = await house.process();
    expect(await restarted.ledger.execute(one)).toMatchObject({ kind: 'accepted', repeated: true, revision: first.revision });
  });

  it('receives a transfer into its closed days on the next open one', async () => {
    accepted(await process.ledger.execute(submission(donation('IDLE', 100n, { effectiveOn: '2024-02-01' }))));
    accepted(await process.ledger.execute(submission({ type: 'CloseBooks', fundId: fundId('F2'), through: '2024-06-30' })));
    const answer = accepted(await process.ledger.execute(transfer('IDLE', 'F2', 30n, { effectiveOn: '2024-02-02' })));
    expect(answer.arrived).toBe(true);
    expect((await eventsOf(process, book('F2'))).at(-1)).toMatchObject({ type: 'TransferReceived', data: { effectiveOn: '2024-07-01', sentOn: '2024-02-02' } });
  });

  it.each([
    ['lost', 'DELETE FROM command.indexed_books'],
    ['another log\'s', `UPDATE command.indexed_books SET log_id = 'another', through = 999999`],
  ])('does not take the silence of an index that is %s for an answer', async (_, harm) => {
    await process.dataSource.query(harm);
    await process.dataSource.query(`UPDATE command.voucher_index SET external_reference = 'of something else', number = 0`);
    const answer = await process.ledger.execute(submission(donation('F1', 1n, { externalReference: 'PT-1', effectiveOn: '2024-05-01' })));
    expect(refusedCode(answer)).toBe('external_reference_already_used');
    expect(refusedCode(await process.ledger.execute(adjustment('F1', { kind: 'payment', year: 2023, number: 3 }, -1n, { effectiveOn: '2024-05-01' })))).toBe('accepted');
  });
});
