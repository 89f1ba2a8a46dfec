import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { followRequest } from './follow-request.js';
import { followedMessage } from './followed-message.js';

const { ReadReq, ReadResp } = streams;
const ID = '6a1d6f3e-1c5b-4c1e-9d5c-0f6f3b7a9c11';

/** An event as the client's own classes write it. */
function eventMessage(change: (recorded: InstanceType<typeof ReadResp.ReadEvent.RecordedEvent>) => void = () => undefined): Buffer {
  const recorded = new ReadResp.ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(ID);
  const stream = new shared.StreamIdentifier();
  stream.setStreamName(Buffer.from('fundBook-quỹ').toString('base64'));
  recorded.setId(id);
  recorded.setStreamIdentifier(stream);
  recorded.setStreamRevision('9007199254740993');
  recorded.setPreparePosition('1234567890123');
  recorded.setCommitPosition('1234567890123');
  recorded.getMetadataMap().set('type', 'DonationReceived').set('content-type', 'application/json').set('created', '638361216000000000');
  recorded.setCustomMetadata(Buffer.from('{"actorId":"thủ quỹ"}').toString('base64'));
  recorded.setData(Buffer.from('{"amount":"5"}').toString('base64'));
  change(recorded);
  const event = new ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition('1234567890123');
  const message = new ReadResp();
  message.setEvent(event);
  return Buffer.from(message.serializeBinary());
}

const EVENT = {
  streamId: 'fundBook-quỹ', id: ID, revision: 9_007_199_254_740_993n, type: 'DonationReceived', isJson: true, metadata: { actorId: 'thủ quỹ' }, data: { amount: '5' },
  position: { commit: 1_234_567_890_123n, prepare: 1_234_567_890_123n },
};

describe('what a subscription says', () => {
  it('is read as the client\'s classes write it', () => {
    expect(followedMessage(eventMessage())).toEqual({ kind: 'event', event: EVENT });
  });

  it('gives an id in two halves the same text', () => {
    const halves = eventMessage((recorded) => {
      const structured = new shared.UUID.Structured();
      structured.setMostSignificantBits(BigInt.asIntN(64, 0x6a1d6f3e1c5b4c1en).toString());
      structured.setLeastSignificantBits(BigInt.asIntN(64, 0x9d5c0f6f3b7a9c11n).toString());
      recorded.getId()?.setStructured(structured);
    });
    expect(followedMessage(halves)).toEqual({ kind: 'event', event: EVENT });
  });

  it('leaves what is no JSON as it is: whoever decodes the event refuses it', () => {
    const bytes = eventMessage((recorded) => recorded.getMetadataMap().set('content-type', 'application/octet-stream'));
    expect(followedMessage(bytes)).toMatchObject({ event: { isJson: false, data: '{"amount":"5"}' } });
    const broken = eventMessage((recorded) => { recorded.setData(Buffer.from('{"amount":').toString('base64')); recorded.setCustomMetadata(''); });
    expect(followedMessage(broken)).toMatchObject({ event: { isJson: true, data: '{"amount":', metadata: '' } });
  });

  it('tells marks apart, and leaves alone what it does not know', () => {
    const said = (change: (message: InstanceType<typeof ReadResp>) => void): unknown => {
      const message = new ReadResp();
      change(message);
      return followedMessage(Buffer.from(message.serializeBinary()));
    };
    const checkpoint = new ReadResp.Checkpoint();
    checkpoint.setCommitPosition('77');
    checkpoint.setPreparePosition('77');
    const confirmation = new ReadResp.SubscriptionConfirmation();
    confirmation.setSubscriptionId('one');
    expect(said((message) => message.setCheckpoint(checkpoint))).toEqual({ kind: 'checkpoint', position: 77n });
    expect(said((message) => message.setConfirmation(confirmation))).toEqual({ kind: 'confirmed' });
    expect(said((message) => message.setCaughtUp(new ReadResp.CaughtUp()))).toEqual({ kind: 'caught_up' });
    expect(said((message) => message.setFellBehind(new ReadResp.FellBehind()))).toEqual({ kind: 'other' });
    expect(said(() => undefined)).toEqual({ kind: 'other' });
  });

  it('throws for bytes that are no message, wherever they are cut', () => {
    const whole = eventMessage();
    for (let length = 1; length < whole.length; length += 1) expect(() => followedMessage(whole.subarray(0, length))).toThrow();
  });
});

it.each([
  [undefined, undefined, '^[^$].*'],
  [987_654_321_012n, ['FundOpened', 'BooksClosed'], '^(FundOpened|BooksClosed)$'],
])('asks for what lies after %s as the client would', (after, types, regex) => {
  const options = ReadReq.deserializeBinary(followRequest(after, types)).getOptions();
  const position = options?.getAll()?.getPosition();
  expect([position?.getCommitPosition(), position?.getPreparePosition()]).toEqual([after?.toString(), after?.toString()]);
  expect(options?.getAll()?.hasStart()).toBe(after === undefined);
  expect(options?.hasSubscription()).toBe(true);
  expect(options?.getUuidOption()?.hasString()).toBe(true);
  expect([options?.getReadDirection(), options?.getResolveLinks()]).toEqual([ReadReq.Options.ReadDirection.FORWARDS, false]);
  const filter = options?.getFilter();
  expect([filter?.getEventType()?.getRegex(), filter?.getMax(), filter?.getCheckpointintervalmultiplier()]).toEqual([regex, 32, 32]);
});
