import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@ledger/kernel';
import {
  accepted, adjustment, ASSOCIATION, BENEFICIARY, book, donation, DONOR, foundLedger, fundId, LedgerHouse, openFund, payment, submission, transfer, type LedgerProcess,
} from '../testing/src/index.js';
import type { CommandAnswer } from './ledger.js';

let house: LedgerHouse;
let process: LedgerProcess;

const execute = (...given: Parameters<typeof submission>): Promise<CommandAnswer> => process.ledger.execute(submission(...given));

async function eventsOf(stream: string, from: LedgerProcess = process): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of from.eventStore.readStream(stream, 0n)) events.push(event);
  return events;
}

async function keysOf(commandId: string): Promise<{ outcome: unknown; revision_then: string }[]> {
  return process.dataSource.query('SELECT outcome, revision_then FROM command.command_keys WHERE command_id = $1', [commandId]);
}

beforeAll(async () => {
  house = await LedgerHouse.open();
  process = await house.process();
  await foundLedger(process.ledger, openFund('F1'), openFund('F2'), openFund('CASH', { opening: { cash: 1_000n, bank: 0n, goods: 0n } }));
});

afterAll(() => house.close());

describe('a donation', () => {
  it('is booked with its envelope, and its answer says where', async () => {
    const one = submission(donation('F1', 500_000n, { description: 'Tết' }), { source: { set: 'tinh-2023', seq: '17' }, correlationId: 'request-1' });
    const answer = accepted(await process.ledger.execute(one));
    const stored = (await eventsOf(book('F1'))).at(-1)!;
    expect(stored).toMatchObject({
      type: 'DonationReceived', revision: answer.revision, position: answer.position,
      data: { amount: '500000', donorId: DONOR, description: 'Tết', voucher: { kind: 'receipt', year: 2023, number: 1 } },
      metadata: { commandId: one.commandId, correlationId: 'request-1', causationId: one.commandId, actorId: 'treasurer', schemaVersion: 1, source: { set: 'tinh-2023', seq: '17' } },
    });
    expect(answer.events).toEqual([{ id: stored.id, type: stored.type, data: stored.data }]);
    expect(answer).toMatchObject({ repeated: false, arrived: true, stream: book('F1') });
  });
});
