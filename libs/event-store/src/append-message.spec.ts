import { Any } from 'google-protobuf/google/protobuf/any_pb.js';
import { MaximumAppendSizeExceeded, StreamDeleted, StreamIdentifier, UUID, WrongExpectedVersion, AccessDenied, AllStreamPosition, Timeout } from '@eventstore/db-client/generated/shared_pb.js';
import { Status } from '@eventstore/db-client/generated/status_pb.js';
import { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { canonicalJson, type EventMetadata } from '@ledger/kernel';
import { MalformedMessage } from '@ledger/protobuf';
import { appendMessage, readAppendReply } from './append-message.js';

const correlation = '6f1d7c64-2f0b-4c3e-9a57-0b6f8f7d3a11';
const metadata: EventMetadata = {
  commandId: 'c', inputHash: 'f0', correlationId: 'k', causationId: 'c', actorId: 'thủ quỹ', recordedAt: '2023-05-04T01:02:03.000Z', schemaVersion: 1,
};
const event = { id: '0b6f8f7d-3a11-4c3e-9a57-6f1d7c642f0b', type: 'Noted', data: { text: 'Quỹ “Đào” 𝄞', a: [1, null, true] }, metadata };

// The client's own classes are the second opinion.

describe('what is sent', () => {
  it('is read by the client\'s own classes as what was asked for', () => {
    const bytes = appendMessage({ correlation, stream: 'sổ-1', expected: 9_007_199_254_740_993n, events: [event, { ...event, data: {} }], withinSeconds: 10 });
    const request = BatchAppendReq.deserializeBinary(bytes);
    expect(request.getCorrelationId()!.getString()).toBe(correlation);
    expect(request.getIsFinal()).toBe(true);
    const options = request.getOptions()!;
    expect(Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString()).toBe('sổ-1');
    expect(options.getStreamPosition()).toBe('9007199254740993');
    // The classes are older than this field (7, a duration of 10 s), and know only the one that asks for an instant.
    expect(options.hasDeadline()).toBe(false);
    expect(bytes.includes(Buffer.from([0x3a, 2, 0x08, 10]))).toBe(true);
    const [first, second] = request.getProposedMessagesList();
    expect(first!.getId()!.getString()).toBe(event.id);
    expect(first!.getMetadataMap().toObject().sort()).toEqual([['content-type', 'application/json'], ['type', 'Noted']]);
    expect(Buffer.from(first!.getData_asU8()).toString()).toBe(canonicalJson(event.data));
    expect(Buffer.from(first!.getCustomMetadata_asU8()).toString()).toBe(canonicalJson(metadata));
    expect(Buffer.from(second!.getData_asU8()).toString()).toBe('{}');
  });

  it.each([[0n, '0', false], ['no_stream', '0', true]] as const)('expects the stream at %s', (expected, position, none) => {
    const options = BatchAppendReq.deserializeBinary(appendMessage({ correlation, stream: 's', expected, events: [event], withinSeconds: 10 })).getOptions()!;
    expect([options.hasNoStream(), options.hasStreamPosition(), options.getStreamPosition()]).toEqual([none, !none, position]);
  });
});

function reply(fill: (response: BatchAppendResp) => void): Buffer {
  const response = new BatchAppendResp();
  const id = new UUID();
  id.setString(correlation);
  response.setCorrelationId(id);
  response.setStreamIdentifier(new StreamIdentifier());
  fill(response);
  return Buffer.from(response.serializeBinary());
}

function failed(type: string, details: { serializeBinary(): Uint8Array }): Buffer {
  return reply((response) => {
    const any = new Any();
    any.pack(details.serializeBinary(), `event_store.client.${type}`);
    const status = new Status();
    status.setMessage('why');
    status.setDetails(any);
    response.setError(status);
  });
}

describe('what is answered', () => {
  it('tells where the append was written', () => {
    const bytes = reply((response) => {
      const success = new BatchAppendResp.Success();
      success.setCurrentRevision('9007199254740993');
      const position = new AllStreamPosition();
      position.setCommitPosition('18446744073709551615');
      position.setPreparePosition('1');
      success.setPosition(position);
      response.setSuccess(success);
    });
    const read = readAppendReply(bytes);
    expect(read.correlation).toBe(correlation);
    expect(read.outcome()).toEqual({ kind: 'appended', lastRevision: 9_007_199_254_740_993n, position: 18_446_744_073_709_551_615n });
  });

  it('tells why it was not', () => {
    const tooLarge = new MaximumAppendSizeExceeded();
    tooLarge.setMaxappendsize(1_048_576);
    expect(readAppendReply(failed('WrongExpectedVersion', new WrongExpectedVersion())).outcome()).toEqual({ kind: 'conflict' });
    expect(readAppendReply(failed('MaximumAppendSizeExceeded', tooLarge)).outcome()).toEqual({ kind: 'append_too_large', limitBytes: 1_048_576 });
    expect(readAppendReply(failed('AccessDenied', new AccessDenied())).outcome()).toMatchObject({ kind: 'store_unavailable' });
    expect(readAppendReply(failed('Timeout', new Timeout())).outcome()).toEqual({ kind: 'outcome_unknown', reason: 'why' });
    expect(() => readAppendReply(failed('StreamDeleted', new StreamDeleted())).outcome()).toThrow('deleted');
  });

  it('is taken with a structured correlation id too, and not taken where it answers nothing', () => {
    const structured = reply((response) => {
      const id = new UUID();
      const halves = new UUID.Structured();
      halves.setMostSignificantBits(BigInt.asIntN(64, 0x6f1d7c642f0b4c3en).toString());
      halves.setLeastSignificantBits(BigInt.asIntN(64, 0x9a570b6f8f7d3a11n).toString());
      id.setStructured(halves);
      response.setCorrelationId(id);
      response.setError(new Status());
    });
    expect(readAppendReply(structured).correlation).toBe(correlation);
    expect(() => readAppendReply(reply(() => undefined))).toThrow(MalformedMessage);
    expect(() => readAppendReply(Buffer.from([0xff, 0x01]))).toThrow(MalformedMessage);
  });
});
