import { MalformedMessage, ProtoReader } from './proto-reader.js';
import type { ProtoWriter } from './proto-writer.js';

/** How a caller wants event ids: text of 36 characters or two 64-bit halves. */
export type UuidForm = 'string' | 'structured';

const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Reads event_store.client.UUID into its 16 bytes. */
export function readUuid(reader: ProtoReader): Buffer {
  let id: Buffer | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === ((2 << 3) | 2)) {
      const length = reader.length();
      id = parseUuidText(reader.bytes, reader.position, length);
      reader.position += length;
    } else if (tag === ((1 << 3) | 2)) {
      id = readStructured(reader.message());
    } else reader.skip(tag);
  }
  if (id === undefined) throw new MalformedMessage('a UUID without a value');
  return id;
}

/** The text form of 16 bytes. */
export function formatUuid(id: Uint8Array): string {
  const hex = Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID's text. */
export function uuidBytes(text: string): Buffer {
  return parseUuidText(Buffer.from(text, 'latin1'), 0, text.length);
}

/** Writes the fields of event_store.client.UUID. */
export function writeUuid(writer: ProtoWriter, id: Buffer, form: UuidForm): void {
  if (form === 'string') writer.string(2, formatUuid(id));
  else writer.message(1, (inner) => inner.uint64(1, id.readBigUInt64BE(0)).uint64(2, id.readBigUInt64BE(8)));
}

function readStructured(reader: ProtoReader): Buffer {
  const id = Buffer.alloc(16);
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 1 << 3) id.writeBigUInt64BE(BigInt(reader.uint64()), 0);
    else if (tag === 2 << 3) id.writeBigUInt64BE(BigInt(reader.uint64()), 8);
    else reader.skip(tag);
  }
  return id;
}

function parseUuidText(bytes: Buffer, start: number, length: number): Buffer {
  const id = Buffer.allocUnsafe(16);
  let count = 0;
  let position = start;
  const end = start + length;
  while (position + 1 < end && count < 16) {
    if (bytes[position] === 0x2d) {
      position++;
      continue;
    }
    const high = HEX[bytes[position]!]!;
    const low = HEX[bytes[position + 1]!]!;
    if ((high | low) < 0) break;
    id[count++] = (high << 4) | low;
    position += 2;
  }
  if (count !== 16 || position !== end || (length !== 36 && length !== 32)) throw new MalformedMessage('a UUID that is not one');
  return id;
}
