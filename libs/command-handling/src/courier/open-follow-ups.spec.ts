import { followUpOf } from '@ledger/fund-ledger';
import type { RecordedEvent } from '@ledger/kernel';
import { OpenFollowUps } from './open-follow-ups.js';

let position = 0n;

function event(type: string, data: Record<string, unknown>, commandId: string): RecordedEvent {
  position += 10n;
  return {
    stream: 'fundBook-a', revision: position, position, id: commandId, type, data,
    metadata: { commandId, inputHash: '', correlationId: commandId, causationId: commandId, actorId: 'a', recordedAt: '', schemaVersion: 1 },
  };
}

const sent = (transferId: string): RecordedEvent => event('TransferSent', {
  fundId: 'a', toFundId: 'b', transferId, fromAccount: 'bank', toAccount: 'bank', amount: '5', effectiveOn: '2023-01-01', documentDate: '2023-01-01',
}, `send ${transferId}`);

const TRANSFERS = ['6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a01', '6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a02'] as const;

describe('OpenFollowUps', () => {
  it('forgets what its follower closes and leaves the rest until its grace is over', () => {
    const open = new OpenFollowUps(1_000);
    const [first, second] = TRANSFERS.map(sent) as [RecordedEvent, RecordedEvent];
    open.see(first, 0n, 0);
    open.see(second, first.position, 0);
    expect(open.due(999)).toEqual([]);
    open.see(event('TransferReceived', {}, followUpOf(first)!.commandId), second.position, 500);
    expect(open.due(1_000).map(({ leading }) => leading.id)).toEqual([second.id]);
  });

  it('says from where another courier has to read on', () => {
    const open = new OpenFollowUps(0);
    const [first, second] = TRANSFERS.map(sent) as [RecordedEvent, RecordedEvent];
    expect(open.resumeAfter(7n)).toBe(7n);
    open.see(first, 7n, 0);
    open.see(second, first.position, 0);
    expect(open.resumeAfter(second.position)).toBe(7n);
    open.done(open.due(0)[0]!);
    expect(open.resumeAfter(second.position)).toBe(first.position);
    open.done(open.due(0)[0]!);
    expect(open.resumeAfter(second.position)).toBe(second.position);
  });
});
