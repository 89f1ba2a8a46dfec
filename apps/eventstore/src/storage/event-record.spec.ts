import fc from 'fast-check';
import { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { TOMBSTONE_REVISION, recordBytesBound, writeRecord } from './event-record.js';
import { RecordView, recordFault, recordLength } from './stored-record.js';

const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: 'grapheme', minLength: 1, maxLength });
const bytes = (maxLength: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const anEvent = fc.record({
  stream: text(300),
  type: text(200),
  contentType: fc.constantFrom('application/json', 'application/octet-stream', 'x'.repeat(300)),
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array)),
  revision: fc.oneof(fc.nat(), fc.constantFrom(0, 1, 127, 128, 2 ** 32, 2 ** 53 - 1, TOMBSTONE_REVISION)),
  data: bytes(70_000),
  customMetadata: bytes(300),
});
type AnEvent = typeof anEvent extends fc.Arbitrary<infer T> ? T : never;

function uuidText(id: Buffer): string {
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function write(event: AnEvent, createdMs: number, position: number): { target: Buffer; end: number } {
  const fields = { ...event, stream: Buffer.from(event.stream), type: Buffer.from(event.type), contentType: Buffer.from(event.contentType) };
  const bound = recordBytesBound(fields.stream, fields.type, fields.contentType, event.data, event.customMetadata);
  const target = Buffer.alloc(bound + 10, 0xee);
  const end = writeRecord(target, 10, fields, createdMs, position);
  expect(end).toBeLessThanOrEqual(target.length);
  return { target, end };
}

describe('a record', () => {
  it('property: carries a frame that the client decodes to what was written', () => {
    fc.assert(
      fc.property(anEvent, fc.nat(4_102_444_800_000), fc.integer({ min: 64, max: 2 ** 53 - 1 }), (event, createdMs, position) => {
        const { target, end } = write(event, createdMs, position);
        const frame = target.subarray(10 + 64, end);
        expect(frame[0]).toBe(0);
        expect(frame.readUInt32BE(1)).toBe(frame.length - 5);
        const read = ReadResp.deserializeBinary(frame.subarray(5)).getEvent();
        const recorded = read?.getEvent();
        expect(read?.getCommitPosition()).toBe(String(position));
        expect(recorded?.getId()?.getString()).toBe(uuidText(event.id));
        expect(Buffer.from(recorded?.getStreamIdentifier()?.getStreamName_asU8() ?? []).equals(Buffer.from(event.stream))).toBe(true);
        const revision = event.revision === TOMBSTONE_REVISION ? '9223372036854775807' : String(event.revision);
        expect(String(recorded?.getStreamRevision())).toBe(revision);
        expect(recorded?.getPreparePosition()).toBe(String(position));
        expect(recorded?.getCommitPosition()).toBe(String(position));
        expect(new Map(recorded?.getMetadataMap().toArray())).toEqual(
          new Map([['type', event.type], ['content-type', event.contentType], ['created', `${createdMs}0000`]]),
        );
        expect(event.data.equals(recorded?.getData_asU8() ?? Buffer.alloc(0))).toBe(true);
        expect(event.customMetadata.equals(recorded?.getCustomMetadata_asU8() ?? Buffer.alloc(0))).toBe(true);
      }),
    );
  });

  it('property: gives every field without decoding the frame', () => {
    fc.assert(
      fc.property(anEvent, fc.nat(4_102_444_800_000), (event, createdMs) => {
        const { target, end } = write(event, createdMs, 4_242);
        expect(recordFault(target, 10, end)).toBeUndefined();
        expect(recordLength(target, 10)).toBe(end - 10);
        const view = new RecordView(target, 10, 4_242);
        expect(view).toMatchObject({ position: 4_242, stream: event.stream, type: event.type, contentType: event.contentType, revision: event.revision });
        expect(view.isTombstone).toBe(event.revision === TOMBSTONE_REVISION);
        expect(view.createdTicks).toBe(BigInt(createdMs) * 10_000n);
        expect(view.id().equals(event.id)).toBe(true);
        expect(view.data().equals(event.data)).toBe(true);
        expect(view.customMetadata().equals(event.customMetadata)).toBe(true);
        expect(view.frame.equals(target.subarray(74, end))).toBe(true);
      }),
    );
  });
});
