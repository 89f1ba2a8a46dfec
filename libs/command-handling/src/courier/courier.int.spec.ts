import { randomUUID } from 'node:crypto';
import { donorIdOf, fundBookStream, fundIdOf, transferIdOf, type SendTransfer } from '@ledger/fund-ledger';
import { uuidv5, type EventMetadata } from '@ledger/kernel';
import { accepted, ASSOCIATION, book, donation, eventsOf, foundLedger, fundId, LedgerHouse, openFund, ROOT, submission, transfer, until, type LedgerProcess } from '../../testing/src/index.js';

// Real servers on a machine that may be busy.
jest.setTimeout(60_000);

let house: LedgerHouse;
let process: LedgerProcess;

const metadata = (commandId: string): EventMetadata => ({
  commandId, inputHash: 'ab'.repeat(32), correlationId: commandId, causationId: commandId, actorId: 'treasurer', recordedAt: new Date().toISOString(), schemaVersion: 1,
});

/** Leaves the log as a crash does that comes right after the first half. */
async function crashAfterSending(from: string, to: string, amount: string): Promise<string> {
  const commandId = randomUUID();
  const sent = await eventsOf(process, book(from));
  const transferId = transferIdOf(commandId);
  const outcome = await process.eventStore.append(book(from), sent.at(-1)!.revision, [{
    id: uuidv5(commandId, '0'), type: 'TransferSent', metadata: metadata(commandId),
    data: {
      fundId: fundId(from), voucher: { kind: 'transfer', year: 2023, number: sent.filter(({ type }) => type === 'TransferSent').length + 1 },
      documentDate: '2023-04-01', effectiveOn: '2023-04-01', approvals: [], transferId, fromAccount: 'bank', toFundId: fundId(to), toAccount: 'bank', amount,
    },
  }]);
  expect(outcome.kind).toBe('appended');
  return transferId;
}

const arrivals = async (code: string, transferId: string): Promise<number> =>
  (await eventsOf(process, book(code))).filter(({ type, data }) => type === 'TransferReceived' && data['transferId'] === transferId).length;
const noted = async (): Promise<bigint> => BigInt((await process.dataSource.query<{ noted: string }[]>('SELECT max(resume_after) AS noted FROM command.courier_checkpoint'))[0]?.noted ?? '-1');

beforeAll(async () => {
  house = await LedgerHouse.open();
  process = await house.process();
  await foundLedger(process.ledger, openFund('F1'), openFund('F2'));
  accepted(await process.ledger.execute(submission(donation('F1', 1_000n))));
});

afterAll(() => house.close());

describe('the courier', () => {
  it('completes a transfer that a crash left open, exactly once, whoever else tries', async () => {
    const transferId = await crashAfterSending('F1', 'F2', '100');
    const first = process.ledger.startCourier({ graceMs: 0, retryMs: 20 });
    await until(async () => (await arrivals('F2', transferId)) === 1);
    await first.stop();
    const restarted = await house.process();
    const second = restarted.ledger.startCourier({ graceMs: 0, retryMs: 20 });
    const marker = accepted(await process.ledger.execute(transfer('F1', 'F2', 1n)));
    await until(async () => (await noted()) >= marker.position);
    expect(await arrivals('F2', transferId)).toBe(1);
    const received = (await eventsOf(process, book('F2'))).find(({ data }) => data['transferId'] === transferId)!;
    expect(received).toMatchObject({ id: uuidv5(transferId, 'received'), metadata: { actorId: 'treasurer' } });
    await second.stop();
    await restarted.close();
  });

  it('opens the book of a fund whose opening was interrupted', async () => {
    const id = fundIdOf(ROOT, 'TORN');
    const commandId = randomUUID();
    await process.eventStore.append(`fund-${id}`, 'no_stream', [{
      id: uuidv5(commandId, '0'), type: 'FundOpened', metadata: metadata(commandId),
      data: { fundId: id, rootCode: ROOT, code: 'TORN', name: 'Torn', associationId: ASSOCIATION, restriction: 'unrestricted', openedOn: '2023-01-01', opening: { cash: '5', bank: '0', goods: '0' }, endowmentPrincipal: '0' },
    }]);
    const courier = process.ledger.startCourier({ graceMs: 0, retryMs: 20 });
    await until(async () => (await eventsOf(process, fundBookStream(id))).length === 1);
    await courier.stop();
  });

  it('leaves to the handler what the handler does in time', async () => {
    const courier = process.ledger.startCourier({ retryMs: 20 });
    const sent = transfer('F1', 'F2', 10n);
    const answer = accepted(await process.ledger.execute(sent));
    expect(answer.arrived).toBe(true);
    await until(async () => (await noted()) >= answer.position);
    expect(courier.status()).toEqual({ active: true, openFollowUps: 0 });
    expect(await arrivals('F2', (sent.command as SendTransfer).transferId)).toBe(1);
    await courier.stop();
  });

  it('is one at a time, and another takes over when it ends', async () => {
    const other = await house.process();
    const [one, two] = [process.ledger.startCourier({ graceMs: 0, retryMs: 20 }), other.ledger.startCourier({ graceMs: 0, retryMs: 20 })];
    await until(() => one.status().active !== two.status().active);
    const [holder, waiting] = one.status().active ? [one, two] : [two, one];
    expect(waiting.status().active).toBe(false);
    // Its connection is cut: it must not go on as if it still held the lock.
    await process.dataSource.query('SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = $1 AND d.datname = current_database()', ['advisory']);
    const transferId = await crashAfterSending('F1', 'F2', '3');
    await until(async () => (await arrivals('F2', transferId)) === 1);
    await Promise.all([holder.stop(), waiting.stop()]);
    await other.close();
  });

  it('begins anew where the log is another one', async () => {
    await process.dataSource.query('UPDATE command.courier_checkpoint SET log_id = $1, resume_after = 9999999999', ['another']);
    const courier = process.ledger.startCourier({ retryMs: 20 });
    const answer = accepted(await process.ledger.execute(transfer('F1', 'F2', 1n)));
    await until(async () => (await noted()) >= answer.position && (await noted()) < 9_999_999_999n);
    await courier.stop();
  });

  it('deletes the key of somebody erased where the handler did not come to it', async () => {
    const donorId = donorIdOf(ROOT, 'ERASED');
    const registered = accepted(await process.ledger.execute(submission({ type: 'RegisterDonor', donorId, rootCode: ROOT, code: 'ERASED', kind: 'individual' }, { secrets: { personId: donorId, profile: { name: 'A' } } })));
    const { sealed } = registered.events[0]!.data as { sealed: string };
    const commandId = randomUUID();
    await process.eventStore.append(`donor-${donorId}`, 0n, [{ id: uuidv5(commandId, '0'), type: 'PersonErased', data: { personId: donorId }, metadata: metadata(commandId) }]);
    const courier = process.ledger.startCourier({ retryMs: 20 });
    await until(async () => (await process.vault.openMany([{ personId: donorId, use: 'profile', sealed }]))[0] === undefined);
    // And what is left of the deleted row in Postgres' files opens with no master key that still exists.
    await until(async () => !(await process.vault.rotationIsDue()));
    await courier.stop();
  });
});
