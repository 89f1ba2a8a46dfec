import type { StoredRecord } from './event-log.js';
import type { WriteUnit } from './group-writer.js';
import { APPEND_HEADER_BYTES } from './segment-format.js';
import { RecordView, recordLength } from './stored-record.js';

const BODY_BYTES_AT = 24;

/** The records of a unit, on a copy of its bytes: the unit's buffer is used again. */
export function recordsOfUnit(unit: WriteUnit): StoredRecord[] {
  const bytes = Buffer.allocUnsafeSlow(unit.bytes);
  unit.buffer.copy(bytes, 0, 0, unit.bytes);
  const records: StoredRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + APPEND_HEADER_BYTES + bytes.readUInt32LE(at + BODY_BYTES_AT);
    for (at += APPEND_HEADER_BYTES; at < end; at += recordLength(bytes, at)) records.push(new RecordView(bytes, at, unit.start + at));
  }
  return records;
}
