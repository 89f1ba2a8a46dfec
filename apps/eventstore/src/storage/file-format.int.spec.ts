import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { TemporaryLogs, proposed, roomAhead, segmentPaths, wholeLog } from './testing/temporary-logs.js';

// A reader of the format made from docs/eventstore.md alone: it uses nothing of the storage but the log it reads.

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ (CRC_TABLE[(value ^ byte) & 255] ?? 0);
  return (value ^ 0xffffffff) >>> 0;
}

interface Found {
  position: number;
  revision: bigint;
  id: string;
  stream: string;
  type: string;
  created: bigint;
  metadata: string;
  data: string;
  frame: Buffer;
}

function readSegment(file: Buffer, base: number, found: Found[]): { sealed: boolean; appends: number } {
  expect(file.toString('latin1', 0, 8)).toBe('SOQUYLOG');
  expect(file.readUInt32LE(8)).toBe(1);
  expect(file.readUInt32LE(12)).toBe(crc(file.subarray(16, 64)));
  expect(file.readBigUInt64LE(32)).toBe(BigInt(base));
  let at = 64;
  let appends = 0;
  let records = 0;
  while (at + 32 <= file.length && file.toString('latin1', at, at + 4) === 'SQA1') {
    expect(file.readUInt32LE(at + 4)).toBe(crc(file.subarray(at + 8, at + 32)));
    expect(file.readBigUInt64LE(at + 8)).toBe(BigInt(base + at));
    expect(file.readBigUInt64LE(at + 16)).toBeLessThanOrEqual(BigInt(base + at));
    const end = at + 32 + file.readUInt32LE(at + 24);
    let left = file.readUInt32LE(at + 28);
    for (at += 32; left > 0; left--, records++) {
      const record = file.subarray(at, at + file.readUInt32LE(at + 4));
      found.push(readRecord(record, base + at));
      at += record.length;
    }
    expect(at).toBe(end);
    appends++;
  }
  if (file.subarray(at).every((byte) => byte === 0)) return { sealed: false, appends }; // the room ahead, or nothing
  const seal = file.subarray(at);
  expect(seal.length).toBe(64);
  expect(seal.toString('latin1', 0, 4)).toBe('SQS1');
  expect(seal.readUInt32LE(4)).toBe(crc(seal.subarray(8)));
  expect(seal.readBigUInt64LE(8)).toBe(BigInt(base + at));
  expect([seal.readUInt32LE(16), seal.readUInt32LE(20), seal.readUInt32LE(24)]).toEqual([records, appends, crc(file.subarray(0, at))]);
  expect(seal.subarray(32).equals(createHash('sha256').update(file.subarray(0, at)).digest())).toBe(true);
  return { sealed: true, appends };
}

function readRecord(record: Buffer, position: number): Found {
  expect(record.readUInt32LE(0)).toBe(crc(record.subarray(4)));
  const short = (at: number): string => record.toString('utf8', record.readUInt16LE(at), record.readUInt16LE(at) + record.readUInt16LE(at + 2));
  const long = (at: number): string => record.toString('utf8', record.readUInt32LE(at), record.readUInt32LE(at) + record.readUInt32LE(at + 4));
  return {
    position,
    revision: record.readBigUInt64LE(8),
    id: record.toString('hex', 16, 32),
    created: record.readBigUInt64LE(32),
    stream: short(40),
    type: short(44),
    metadata: long(48),
    data: long(56),
    frame: record.subarray(64),
  };
}

const logs = new TemporaryLogs();
afterAll(() => logs.removeAll());

it('is read from the description alone, and says what the log says', async () => {
  const dir = await logs.folder();
  const log = await logs.open(dir, { segmentBytes: 8_192 });
  for (let n = 0; n < 30; n++) await log.append(`quỹ-${n % 3}`, 'any', [proposed(`{"n":${n}}`, 'Đã ghi'), proposed('2')]);
  await log.tombstone('quỹ-2', 'any');
  const records = await wholeLog(log);
  const { segments, logId } = log.stats();
  // While it is open: the last segment ends with the zeros that are written ahead.
  await roomAhead(dir);

  const found: Found[] = [];
  const sealed: boolean[] = [];
  let base = 0;
  for (const path of await segmentPaths(dir)) {
    const file = await readFile(path);
    expect(basename(path)).toBe(`segment-${String(base).padStart(16, '0')}.log`);
    expect(file.toString('hex', 16, 32)).toBe(logId.replaceAll('-', ''));
    sealed.push(readSegment(file, base, found).sealed);
    base += file.length;
  }
  expect(sealed).toEqual([...Array.from({ length: segments - 1 }, () => true), false]);
  expect(segments).toBeGreaterThan(2);
  expect(found.map(({ frame, ...fields }) => ({ ...fields, revision: fields.revision === 2n ** 63n - 1n ? 2 ** 63 : Number(fields.revision) }))).toEqual(
    records.map((record) => ({
      position: record.position,
      revision: record.revision,
      id: record.id().toString('hex'),
      created: record.createdTicks,
      stream: record.stream,
      type: record.type,
      metadata: record.customMetadata().toString(),
      data: record.data().toString(),
    })),
  );
  for (const { frame, stream, position, data } of found) {
    expect([frame[0], frame.readUInt32BE(1)]).toEqual([0, frame.length - 5]);
    const event = ReadResp.deserializeBinary(frame.subarray(5)).getEvent();
    expect(event?.getCommitPosition()).toBe(String(position));
    expect(Buffer.from(event?.getEvent()?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(stream);
    expect(Buffer.from(event?.getEvent()?.getData_asU8() ?? []).toString()).toBe(data);
  }
});
