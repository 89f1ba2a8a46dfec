import { randomUUID } from 'node:crypto';
import { donorIdOf } from '@ledger/fund-ledger';
import {
  accepted, ASSOCIATION, BENEFICIARY, book, donation, DONOR, eventsOf, foundLedger, LedgerHouse, openFund, payment, ROOT, submission, type LedgerProcess,
} from '../testing/src/index.js';
import type { CommandAnswer } from './ledger.js';

// Real servers on a machine that may be busy.
jest.setTimeout(60_000);

let house: LedgerHouse;
let process: LedgerProcess;

const execute = (...given: Parameters<typeof submission>): Promise<CommandAnswer> => process.ledger.execute(submission(...given));
const claimsOf = (commandId: string): Promise<unknown[]> => process.dataSource.query('SELECT * FROM command.command_keys WHERE command_id = $1', [commandId]);
const booked = async (code: string): Promise<number> => (await eventsOf(process, book(code))).length;

beforeAll(async () => {
  house = await LedgerHouse.open();
  process = await house.process();
  await foundLedger(process.ledger, openFund('F1'), openFund('F2'), openFund('F3'));
});

afterAll(() => house.close());

describe('a donation', () => {
  it('is booked with its envelope, and its answer says where', async () => {
    const one = submission(donation('F1', 500_000n, { description: 'Tết' }), { source: { set: 'tinh-2023', seq: '17' }, correlationId: 'request-1' });
    const answer = accepted(await process.ledger.execute(one));
    const stored = (await eventsOf(process, book('F1'))).at(-1)!;
    expect(stored).toMatchObject({
      type: 'DonationReceived', revision: answer.revision, position: answer.position,
      data: { amount: '500000', donorId: DONOR, description: 'Tết', voucher: { kind: 'receipt', year: 2023, number: 1 } },
      metadata: { commandId: one.commandId, correlationId: 'request-1', causationId: one.commandId, actorId: 'treasurer', schemaVersion: 1, source: { set: 'tinh-2023', seq: '17' } },
    });
    expect(answer.events).toEqual([{ id: stored.id, type: stored.type, data: stored.data }]);
    expect(answer).toMatchObject({ repeated: false, arrived: true, stream: book('F1') });
  });

  it('opens its fund in two streams before the first answer', async () => {
    const opened = submission(openFund('NEW', { opening: { cash: 7n, bank: 0n, goods: 0n } }));
    const answer = accepted(await process.ledger.execute(opened));
    const [bookOpened] = await eventsOf(process, book('NEW'));
    expect(bookOpened).toMatchObject({ type: 'FundBookOpened', metadata: { actorId: 'treasurer', correlationId: opened.commandId, causationId: answer.events[0]!.id } });
    expect(answer.position).toBe(bookOpened!.position);
  });

  it('is refused where what it names does not exist, and accepted once it does', async () => {
    const donorId = donorIdOf(ROOT, 'LATE');
    expect(await execute(donation('F1', 5n, { donorId }))).toMatchObject({ kind: 'refused', refusal: { refused: 'donor_not_found', field: '/donorId' } });
    accepted(await execute({ type: 'RegisterDonor', donorId, rootCode: ROOT, code: 'LATE', kind: 'organisation', name: 'ACME' }));
    accepted(await execute(donation('F1', 5n, { donorId })));
  });

  it('is never recorded before its predecessor, also when the clock jumps back', async () => {
    const other = await house.process({ clock: { now: () => new Date('2024-01-01T00:00:00Z') } });
    accepted(await other.ledger.execute(submission(donation('F1', 1n))));
    const [before, last] = (await eventsOf(process, book('F1'))).slice(-2);
    expect(last!.metadata.recordedAt).toBe(before!.metadata.recordedAt);
    await other.close();
  });
});

describe('commands that wait for one stream', () => {
  it('are decided one after another, appended together, and each gets its own outcome', async () => {
    const before = await booked('F2');
    const batches: number[] = [];
    const other = await house.process({ measureAppend: ({ commands }) => batches.push(commands) });
    const answers = await Promise.all([
      donation('F2', 100n), payment('F2', 60n), payment('F2', 60n), payment('F2', 40n), payment('F2', 1n), donation('F2', 10n), payment('F2', 10n),
    ].map((command) => other.ledger.execute(submission(command))));
    expect(answers.map((answer) => answer.kind)).toEqual(['accepted', 'accepted', 'refused', 'accepted', 'refused', 'accepted', 'accepted']);
    expect(batches).toEqual([7]);
    expect(answers.flatMap((answer) => (answer.kind === 'accepted' ? [answer.revision] : []))).toEqual([0, 1, 2, 3, 4].map((at) => BigInt(before + at)));
    const vouchers = (await eventsOf(process, book('F2'))).slice(before).map(({ data }) => data['voucher']);
    expect(vouchers).toMatchObject([{ kind: 'receipt', number: 1 }, { kind: 'payment', number: 1 }, { kind: 'payment', number: 2 }, { kind: 'receipt', number: 2 }, { kind: 'payment', number: 3 }]);
    await other.close();
  });

  it('are split into appends of bounded size', async () => {
    const batches: number[] = [];
    const other = await house.process({ limits: { commandsPerAppend: 10, bytesPerAppend: 2_000 }, measureAppend: ({ commands }) => batches.push(commands) });
    const long = 'x'.repeat(900);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => other.ledger.execute(submission(donation('F3', 1n, at < 4 ? { description: long } : {})))));
    expect(answers.every((answer) => answer.kind === 'accepted')).toBe(true);
    expect(Math.max(...batches)).toBeLessThanOrEqual(10);
    expect(batches[0]).toBeLessThan(4);
    expect((await eventsOf(process, book('F3'))).slice(1).map(({ data }) => (data['voucher'] as { number: number }).number)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
    await other.close();
  });

  it('are answered busy beyond what may wait, and nothing of them is kept', async () => {
    const other = await house.process({ limits: { commandsPerStream: 5 } });
    const some = Array.from({ length: 8 }, () => submission(donation('F3', 1n)));
    const answers = await Promise.all(some.map((one) => other.ledger.execute(one)));
    expect(answers.map((answer) => answer.kind)).toEqual([...Array<string>(5).fill('accepted'), 'busy', 'busy', 'busy']);
    expect(await claimsOf(some[7]!.commandId)).toEqual([]);
    const full = await house.process({ limits: { commandsInProcess: 2 } });
    const two = await Promise.all(['F1', 'F2', 'F3'].map((code) => full.ledger.execute(submission(donation(code, 1n)))));
    expect(two.map((answer) => answer.kind)).toEqual(['accepted', 'accepted', 'busy']);
    await Promise.all([other.close(), full.close()]);
    expect(other.ledger.statistics()).toMatchObject({ commandsInProcess: 0, streamsAtWork: 0 });
  });

  it('refuses a single command that no append can hold', async () => {
    const answer = await execute(donation('F1', 1n, { description: 'x'.repeat(3_000_000) }));
    expect(answer).toMatchObject({ kind: 'refused', refusal: { refused: 'command_too_large' } });
    accepted(await execute(donation('F1', 1n)));
  });
});

describe('If-Match', () => {
  it('holds against the present revision, is never retried, and is not fooled by a cache that lags behind', async () => {
    const seen = BigInt((await booked('F1')) - 1);
    const other = await house.process();
    accepted(await other.ledger.execute(submission(donation('F1', 1n), { ifMatch: seen })));
    expect(await execute(donation('F1', 1n), { ifMatch: seen })).toEqual({ kind: 'precondition_failed', revision: seen + 1n });
    accepted(await execute(donation('F1', 1n), { ifMatch: seen + 1n }));
    expect(await other.ledger.execute(submission(donation('F1', 1n), { ifMatch: seen + 1n }))).toEqual({ kind: 'precondition_failed', revision: seen + 2n });
    await other.close();
  });

  it('lets one of two with the same revision through', async () => {
    const seen = BigInt((await booked('F1')) - 1);
    const answers = await Promise.all([1n, 2n].map((amount) => execute(donation('F1', amount), { ifMatch: seen })));
    expect(answers.map((answer) => answer.kind)).toEqual(['accepted', 'precondition_failed']);
  });

  it('names no_stream for what does not exist', async () => {
    expect(await execute({ type: 'RenameFund', fundId: randomUUID(), name: 'x', effectiveOn: '2023-01-01' }, { ifMatch: 3n })).toEqual({ kind: 'precondition_failed', revision: 'no_stream' });
  });
});

describe('dryRun', () => {
  it('answers as the command would be and writes nothing, no claim either', async () => {
    const before = await booked('F1');
    const dry = submission(donation('F1', 9n), { dryRun: true });
    expect(await process.ledger.execute(dry)).toMatchObject({ kind: 'would_be_accepted', stream: book('F1'), revision: BigInt(before - 1), events: [{ type: 'DonationReceived' }] });
    expect(await execute(payment('F1', 10_000_000n), { dryRun: true })).toMatchObject({ kind: 'refused' });
    expect(await execute(openFund('NEVER'), { dryRun: true })).toMatchObject({ kind: 'would_be_accepted', revision: 'no_stream' });
    expect(await execute(openFund('F1'), { dryRun: true })).toMatchObject({ kind: 'refused' });
    expect(await booked('F1')).toBe(before);
    expect(await claimsOf(dry.commandId)).toEqual([]);
    expect(accepted(await process.ledger.execute({ ...dry, dryRun: false })).repeated).toBe(false);
  });
});

describe('personal text', () => {
  it('is stored sealed only, and its hash does not depend on the sealing', async () => {
    const one = submission(payment('F1', 2n, { beneficiaryId: BENEFICIARY }), { secrets: { personId: BENEFICIARY, description: 'for Nguyễn An' } });
    const answer = accepted(await process.ledger.execute(one));
    const description = (answer.events[0]!.data as { description: { personId: string; sealed: string } }).description;
    expect(JSON.stringify(answer.events)).not.toContain('Nguyễn');
    expect(await process.vault.openMany([{ ...description, use: 'text' }])).toEqual(['for Nguyễn An']);
    expect(await process.ledger.execute(one)).toMatchObject({ kind: 'accepted', repeated: true });
    expect(await process.ledger.execute({ ...one, secrets: { personId: BENEFICIARY, description: 'for somebody else' } })).toEqual({ kind: 'idempotency_key_reused' });
  });

  it('of somebody erased is refused, while what was booked before is answered again', async () => {
    const donorId = donorIdOf(ROOT, 'GONE');
    const registered = submission({ type: 'RegisterDonor', donorId, rootCode: ROOT, code: 'GONE', kind: 'individual' }, { secrets: { personId: donorId, profile: { name: 'Lê Văn Tám' } } });
    const first = accepted(await process.ledger.execute(registered));
    const { sealed } = first.events[0]!.data as { sealed: string };
    expect(await process.vault.openMany([{ personId: donorId, use: 'profile', sealed }])).toEqual(['{"name":"Lê Văn Tám"}']);
    accepted(await execute({ type: 'ErasePerson', personId: donorId, personKind: 'donor' }));
    expect(await process.vault.openMany([{ personId: donorId, use: 'profile', sealed }])).toEqual([undefined]);
    expect(await process.ledger.execute(registered)).toMatchObject({ kind: 'accepted', repeated: true, revision: first.revision });
    expect(await execute(donation('F1', 1n, { donorId }), { secrets: { personId: donorId, description: 'again' } })).toMatchObject({ kind: 'refused', refusal: { refused: 'person_erased' } });
  });
});

describe('creations', () => {
  it('are cheap: many streams at once, no read, and the store guards their codes', async () => {
    const register = (code: string) => submission({ type: 'RegisterDonor' as const, donorId: donorIdOf(ROOT, code), rootCode: ROOT, code, kind: 'organisation', name: code });
    const answers = await Promise.all(Array.from({ length: 300 }, (_, at) => process.ledger.execute(register(`ORG${at}`))));
    expect(answers.every((answer) => answer.kind === 'accepted' && answer.revision === 0n)).toBe(true);
    const other = await house.process();
    expect(await other.ledger.execute(register('ORG7'))).toMatchObject({ kind: 'refused' });
    expect(await process.ledger.execute(register('ORG7'))).toMatchObject({ kind: 'refused' });
    expect(await eventsOf(process, `donor-${donorIdOf(ROOT, 'ORG7')}`)).toHaveLength(1);
    expect(await other.ledger.execute(submission({ type: 'RenameAssociation', associationId: ASSOCIATION, name: 'Tỉnh', effectiveOn: '2023-01-01' }))).toMatchObject({ kind: 'accepted' });
    await other.close();
  });
});
