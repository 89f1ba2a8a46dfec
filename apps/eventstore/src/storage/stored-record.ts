import { crc32 } from 'node:zlib';
import type { LogPosition, Revision, StoredRecord } from './event-log.js';
import { TOMBSTONE_REVISION } from './event-record.js';
import { RECORD_HEADER_BYTES, getUint64 } from './segment-format.js';

/** Length of the record at `at`, 0 where fewer bytes than a header are left. Unchecked: see `recordFault`. */
export function recordLength(source: Buffer, at: number): number {
  return at + RECORD_HEADER_BYTES > source.length ? 0 : source.readUInt32LE(at + 4);
}

/** A sentence saying why the bytes at `at`, ending before `end`, are not a record; undefined when they are. */
export function recordFault(source: Buffer, at: number, end: number): string | undefined {
  if (at + RECORD_HEADER_BYTES > end) return 'a record header does not fit';
  const length = source.readUInt32LE(at + 4);
  if (length < RECORD_HEADER_BYTES || at + length > end) return `a record length of ${length} does not fit`;
  if (source.readUInt32LE(at) !== crc32(source.subarray(at + 4, at + length))) return 'a record does not match its checksum';
  return undefined;
}

/** A view on a record inside `source`; the bytes were checked and must not change any more. */
export class RecordView implements StoredRecord {
  constructor(
    private readonly source: Buffer,
    private readonly at: number,
    readonly position: LogPosition,
  ) {}

  get bytes(): number {
    return this.source.readUInt32LE(this.at + 4);
  }

  get isTombstone(): boolean {
    return this.source.readUInt32LE(this.at + 12) === 0x7fffffff;
  }

  get revision(): Revision {
    return this.isTombstone ? TOMBSTONE_REVISION : getUint64(this.source, this.at + 8);
  }

  get createdTicks(): bigint {
    return this.source.readBigUInt64LE(this.at + 32);
  }

  get stream(): string {
    const start = this.at + this.source.readUInt16LE(this.at + 40);
    return this.source.toString('utf8', start, start + this.source.readUInt16LE(this.at + 42));
  }

  get type(): string {
    const start = this.at + this.source.readUInt16LE(this.at + 44);
    return this.source.toString('utf8', start, start + this.source.readUInt16LE(this.at + 46));
  }

  /** The map entry after the type: tag 0x32, length, 0x0a, 12, "content-type", 0x12, length, text. */
  get contentType(): string {
    const entry = this.at + this.source.readUInt16LE(this.at + 44) + this.source.readUInt16LE(this.at + 46);
    let lengthAt = entry + 1;
    while ((this.source[lengthAt] ?? 0) >= 128) lengthAt++;
    lengthAt += 16;
    let length = (this.source[lengthAt] ?? 0) & 127;
    let shift = 7;
    while ((this.source[lengthAt] ?? 0) >= 128) {
      lengthAt++;
      length |= ((this.source[lengthAt] ?? 0) & 127) << shift;
      shift += 7;
    }
    return this.source.toString('utf8', lengthAt + 1, lengthAt + 1 + length);
  }

  get frame(): Buffer {
    return this.source.subarray(this.at + RECORD_HEADER_BYTES, this.at + this.bytes);
  }

  data(): Buffer {
    const start = this.at + this.source.readUInt32LE(this.at + 56);
    return this.source.subarray(start, start + this.source.readUInt32LE(this.at + 60));
  }

  customMetadata(): Buffer {
    const start = this.at + this.source.readUInt32LE(this.at + 48);
    return this.source.subarray(start, start + this.source.readUInt32LE(this.at + 52));
  }

  id(): Buffer {
    return this.source.subarray(this.at + 16, this.at + 32);
  }
}
