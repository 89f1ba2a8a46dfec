import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { batchFault, type AppendFault } from '../services/append-failures.js';
import { appendConflictFrame, appendSuccessFrame, deletedFrame, readAppendMessage, readDeleteRequest } from './append-codec.js';
import type { AppendTarget } from './append-target.js';
import { readBatchAppend, writeBatchFault, writeBatchSuccess } from './batch-append-codec.js';
import { MissingProperty } from './proposed-event.js';
import { formatUuid, MalformedMessage, ProtoWriter } from '@ledger/protobuf';

const { BatchAppendReq, BatchAppendResp, AppendReq, AppendResp, DeleteReq, DeleteResp } = streams;
const { UUID, StreamIdentifier, Empty } = shared;

const anyEvent = fc.record({
  id: fc.uuid(),
  type: fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => Buffer.from(text).toString() === text),
  isJson: fc.boolean(),
  data: fc.uint8Array({ maxLength: 300 }),
  metadata: fc.uint8Array({ maxLength: 300 }),
});
const anyStream = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => Buffer.from(text).toString() === text);
const anyExpectation = fc.oneof(
  fc.constantFrom('any' as const, 'no_stream' as const, 'stream_exists' as const),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
type AnyEvent = typeof anyEvent extends fc.Arbitrary<infer T> ? T : never;
type Expectation = typeof anyExpectation extends fc.Arbitrary<infer T> ? T : never;

function uuid(text: string): InstanceType<typeof UUID> {
  const message = new UUID();
  message.setString(text);
  return message;
}

function identifier(name: string): InstanceType<typeof StreamIdentifier> {
  const message = new StreamIdentifier();
  message.setStreamName(Buffer.from(name));
  return message;
}

interface Proposed {
  setId(id: InstanceType<typeof UUID>): unknown;
  getMetadataMap(): { set(key: string, value: string): unknown };
  setData(data: Uint8Array): unknown;
  setCustomMetadata(data: Uint8Array): unknown;
}

function fill<T extends Proposed>(message: T, event: AnyEvent): T {
  message.setId(uuid(event.id));
  message.getMetadataMap().set('type', event.type);
  message.getMetadataMap().set('content-type', event.isJson ? 'application/json' : 'application/octet-stream');
  message.setData(event.data);
  message.setCustomMetadata(event.metadata);
  return message;
}

interface ExpectationFields {
  setAny(value: InstanceType<typeof Empty>): unknown;
  setNoStream(value: InstanceType<typeof Empty>): unknown;
  setStreamExists(value: InstanceType<typeof Empty>): unknown;
}

function setExpectation(options: ExpectationFields, expected: Expectation, setRevision: (text: string) => unknown): void {
  if (expected === 'any') options.setAny(new Empty());
  else if (expected === 'no_stream') options.setNoStream(new Empty());
  else if (expected === 'stream_exists') options.setStreamExists(new Empty());
  else setRevision(String(expected));
}

function expectTarget(target: AppendTarget, stream: string, expected: Expectation): void {
  expect(target.stream).toBe(stream);
  if (typeof expected === 'bigint') {
    expect(BigInt(target.sentRevision)).toBe(expected);
    expect(target.expected).toBe(expected > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(expected));
  } else expect(target.expected).toBe(expected);
}

function body(frame: Buffer): Buffer {
  expect(frame[0]).toBe(0);
  expect(frame.readUInt32BE(1)).toBe(frame.length - 5);
  return frame.subarray(5);
}

function target(stream: string, expected: Expectation): AppendTarget {
  return typeof expected === 'bigint'
    ? { stream, expected: Number.MAX_SAFE_INTEGER, sentRevision: expected }
    : { stream, expected, sentRevision: 0 };
}

describe('the batch append codec against the classes of the client', () => {
  it('reads every request the client can write', () => {
    fc.assert(
      fc.property(fc.uuid(), anyStream, anyExpectation, fc.array(anyEvent, { maxLength: 5 }), fc.boolean(), fc.integer({ min: 0, max: 4e12 }), (id, stream, expected, events, isFinal, deadline) => {
        const request = new BatchAppendReq();
        const options = new BatchAppendReq.Options();
        options.setStreamIdentifier(identifier(stream));
        options.setDeadline(Timestamp.fromDate(new Date(deadline)));
        setExpectation(options, expected, (text) => options.setStreamPosition(text));
        request.setCorrelationId(uuid(id));
        request.setOptions(options);
        request.setIsFinal(isFinal);
        for (const event of events) request.addProposedMessages(fill(new BatchAppendReq.ProposedMessage(), event));

        const read = readBatchAppend(Buffer.from(request.serializeBinary()), 0, 10);
        expect(read.fault).toBeUndefined();
        expect(read.isFinal).toBe(isFinal);
        expect(UUID.deserializeBinary(read.correlation).getString()).toBe(id);
        expectTarget(read.options!, stream, expected);
        expect(read.options!.deadline).toBeCloseTo(deadline, 2);
        expect(read.dataBytes).toBe(events.reduce((sum, event) => sum + event.data.length, 0));
        expect(read.events.map((event) => ({ id: formatUuid(event.id), type: event.type, isJson: event.contentType === 'application/json', data: [...event.data], metadata: [...event.customMetadata] }))).toEqual(
          events.map((event) => ({ id: event.id, type: event.type, isJson: event.isJson, data: [...event.data], metadata: [...event.metadata] })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('reads ids sent as two halves', () => {
    const request = new BatchAppendReq();
    const id = new UUID();
    const halves = new UUID.Structured();
    halves.setMostSignificantBits('-81985529216486896');
    halves.setLeastSignificantBits('81985529216486895');
    id.setStructured(halves);
    const message = new BatchAppendReq.ProposedMessage();
    message.setId(id);
    message.getMetadataMap().set('type', 't');
    message.getMetadataMap().set('content-type', 'application/json');
    request.setCorrelationId(id);
    request.addProposedMessages(message);
    const read = readBatchAppend(Buffer.from(request.serializeBinary()), 0, 10);
    expect(formatUuid(read.events[0]!.id)).toBe('fedcba98-7654-3210-0123-456789abcdef');
  });

  it('takes a deadline given as a duration from now', () => {
    // Field 7 of newer protocols, which the client of 6.2.1 does not know: seconds 2, nanos 500,000,000.
    const options = Buffer.concat([Buffer.from([0x0a, 0x03, 0x1a, 0x01, 0x73]), Buffer.from([0x3a, 0x08, 0x08, 0x02, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01])]);
    const request = Buffer.concat([Buffer.from([0x0a, 0x00, 0x12, options.length]), options]);
    expect(readBatchAppend(request, 1_000, 10).options!.deadline).toBe(3_500);
  });

  it('writes a success the client understands', () => {
    fc.assert(
      fc.property(fc.uuid(), anyStream, anyExpectation, fc.nat(Number.MAX_SAFE_INTEGER), fc.nat(Number.MAX_SAFE_INTEGER), (id, stream, expected, revision, position) => {
        const writer = new ProtoWriter();
        writeBatchSuccess(writer, Buffer.from(uuid(id).serializeBinary()), target(stream, expected), revision, position);
        const response = BatchAppendResp.deserializeBinary(body(writer.take()));
        expect(response.getCorrelationId()!.getString()).toBe(id);
        expect(response.getSuccess()!.getCurrentRevision()).toBe(String(revision));
        expect(response.getSuccess()!.getPosition()!.getCommitPosition()).toBe(String(position));
        expect(response.getSuccess()!.getPosition()!.getPreparePosition()).toBe(String(position));
        expect(Buffer.from(response.getStreamIdentifier()!.getStreamName_asU8()).toString()).toBe(stream);
        if (typeof expected === 'bigint') expect(response.getStreamPosition()).toBe(String(expected));
        else expect([response.hasAny(), response.hasNoStream(), response.hasStreamExists()]).toEqual([expected === 'any', expected === 'no_stream', expected === 'stream_exists']);
      }),
      { numRuns: 200 },
    );
  });

  const faults: [AppendFault, number, string][] = [
    [{ kind: 'wrong_expected_version', target: target('s', 2n ** 63n), current: 7 }, 6, 'WrongExpectedVersion'],
    [{ kind: 'wrong_expected_version', target: target('s', 'stream_exists'), current: 'no_stream' }, 6, 'WrongExpectedVersion'],
    [{ kind: 'stream_deleted', stream: 'quỹ' }, 5, 'StreamDeleted'],
    [{ kind: 'access_denied' }, 7, 'AccessDenied'],
    [{ kind: 'timed_out', stage: 'late' }, 4, 'Timeout'],
    [{ kind: 'append_exceeds_maximum_size', maxAppendBytes: 1024 }, 3, 'MaximumAppendSizeExceeded'],
    [{ kind: 'bad_request', message: 'no' }, 3, 'BadRequest'],
    [{ kind: 'server_cannot_take_it', message: 'the disk is nearly full' }, 8, 'BadRequest'],
  ];
  it.each(faults)('writes the fault %j with details the client can unpack', (fault, code, type) => {
    const writer = new ProtoWriter();
    writeBatchFault(writer, Buffer.from(uuid('fedcba98-7654-3210-0123-456789abcdef').serializeBinary()), target('quỹ', 'any'), batchFault(fault));
    const response = BatchAppendResp.deserializeBinary(body(writer.take()));
    const error = response.getError()!;
    expect(error.getCode()).toBe(code);
    expect(error.getDetails()!.getTypeName()).toBe(`event_store.client.${type}`);
    expect(error).toBeInstanceOf(status.Status);
    const details = error.getDetails()!.getValue_asU8();
    if (fault.kind === 'wrong_expected_version') {
      const unpacked = shared.WrongExpectedVersion.deserializeBinary(details);
      expect(unpacked.hasCurrentNoStream()).toBe(fault.current === 'no_stream');
      if (fault.current !== 'no_stream') {
        expect(unpacked.getCurrentStreamRevision()).toBe('7');
        expect(unpacked.getExpectedStreamPosition()).toBe(String(2n ** 63n));
      } else expect(unpacked.hasExpectedStreamExists()).toBe(true);
    }
    if (fault.kind === 'append_exceeds_maximum_size') expect(shared.MaximumAppendSizeExceeded.deserializeBinary(details).getMaxappendsize()).toBe(1024);
    if (fault.kind === 'stream_deleted') {
      const name = shared.StreamDeleted.deserializeBinary(details).getStreamIdentifier()!.getStreamName_asU8();
      expect(Buffer.from(name).toString()).toBe('quỹ');
    }
  });

  it('tells what is wrong with an event without losing the correlation', () => {
    const request = new BatchAppendReq();
    request.setCorrelationId(uuid('fedcba98-7654-3210-0123-456789abcdef'));
    const message = new BatchAppendReq.ProposedMessage();
    message.setId(uuid('fedcba98-7654-3210-0123-456789abcdef'));
    message.getMetadataMap().set('content-type', 'application/json');
    request.addProposedMessages(message);
    const read = readBatchAppend(Buffer.from(request.serializeBinary()), 0, 10);
    expect(read.fault).toBe('the event has no type');
    expect(UUID.deserializeBinary(read.correlation).getString()).toBe('fedcba98-7654-3210-0123-456789abcdef');
  });
});

describe('the unary append codec against the classes of the client', () => {
  it('reads options and events', () => {
    fc.assert(
      fc.property(anyStream, anyExpectation, anyEvent, (stream, expected, event) => {
        const options = new AppendReq.Options();
        options.setStreamIdentifier(identifier(stream));
        setExpectation(options, expected, (text) => options.setRevision(text));
        const head = new AppendReq();
        head.setOptions(options);
        const read = readAppendMessage(Buffer.from(head.serializeBinary()));
        if (read.kind !== 'options') throw new Error('the options came out as an event');
        expectTarget(read.target, stream, expected);

        const entry = new AppendReq();
        entry.setProposedMessage(fill(new AppendReq.ProposedMessage(), event));
        const proposed = readAppendMessage(Buffer.from(entry.serializeBinary()));
        if (proposed.kind !== 'event') throw new Error('the event came out as options');
        expect(proposed.event.type).toBe(event.type);
        expect([...proposed.event.data]).toEqual([...event.data]);
        expect([...proposed.event.customMetadata]).toEqual([...event.metadata]);
      }),
      { numRuns: 100 },
    );
  });

  it('names a property that is missing', () => {
    const message = new AppendReq.ProposedMessage();
    message.setId(uuid('fedcba98-7654-3210-0123-456789abcdef'));
    message.getMetadataMap().set('type', 't');
    const entry = new AppendReq();
    entry.setProposedMessage(message);
    expect(() => readAppendMessage(Buffer.from(entry.serializeBinary()))).toThrow(new MissingProperty('content-type'));
  });

  it('refuses names that are not UTF-8 and ids that are none', () => {
    const options = new AppendReq.Options();
    const name = new StreamIdentifier();
    name.setStreamName(new Uint8Array([0x61, 0xff]));
    options.setStreamIdentifier(name);
    const head = new AppendReq();
    head.setOptions(options);
    expect(() => readAppendMessage(Buffer.from(head.serializeBinary()))).toThrow(MalformedMessage);
    const message = new AppendReq.ProposedMessage();
    message.setId(uuid('not-an-id'));
    const entry = new AppendReq();
    entry.setProposedMessage(message);
    expect(() => readAppendMessage(Buffer.from(entry.serializeBinary()))).toThrow(MalformedMessage);
  });

  it('writes answers the client understands', () => {
    const success = AppendResp.deserializeBinary(body(appendSuccessFrame(5, 1234))).getSuccess()!;
    expect([success.getCurrentRevision(), success.getPosition()!.getCommitPosition()]).toEqual(['5', '1234']);
    const nothing = AppendResp.deserializeBinary(body(appendSuccessFrame(-1, 0))).getSuccess()!;
    expect(nothing.hasNoStream()).toBe(true);
    const conflict = AppendResp.deserializeBinary(body(appendConflictFrame(target('s', 9n), 'no_stream'))).getWrongExpectedVersion()!;
    expect([conflict.hasCurrentNoStream(), conflict.getExpectedRevision()]).toEqual([true, '9']);
    const position = DeleteResp.deserializeBinary(body(deletedFrame(77))).getPosition()!;
    expect([position.getCommitPosition(), position.getPreparePosition()]).toEqual(['77', '77']);
  });

  it('reads deletes', () => {
    fc.assert(
      fc.property(anyStream, anyExpectation, (stream, expected) => {
        const options = new DeleteReq.Options();
        options.setStreamIdentifier(identifier(stream));
        setExpectation(options, expected, (text) => options.setRevision(text));
        const request = new DeleteReq();
        request.setOptions(options);
        expectTarget(readDeleteRequest(Buffer.from(request.serializeBinary())), stream, expected);
      }),
      { numRuns: 100 },
    );
  });
});
