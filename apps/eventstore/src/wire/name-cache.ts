import { isUtf8 } from 'node:buffer';
import { MalformedMessage, type ProtoReader } from '@ledger/protobuf';

const SLOTS = 4_096;
const LONGEST_CACHED = 256;

interface Entry {
  bytes: Buffer;
  text: string;
}

/**
 * Remembers the text of names that come again and again: streams and event types. Comparing bytes costs less than
 * decoding them, and the same string object keeps its hash for the lookups that follow. One entry a slot; a name
 * that meets another in its slot replaces it.
 */
export class NameCache {
  private readonly slots: (Entry | undefined)[] = new Array<Entry | undefined>(SLOTS).fill(undefined);

  /** Reads a bytes or string field as a name; throws MalformedMessage where it is not UTF-8. */
  read(reader: ProtoReader): string {
    const length = reader.length();
    const start = reader.position;
    const end = start + length;
    const { bytes } = reader;
    reader.position = end;
    if (length > LONGEST_CACHED) return strictText(bytes.subarray(start, end));
    const slot = slotOf(bytes, start, end);
    const known = this.slots[slot];
    if (known !== undefined && known.bytes.length === length && bytes.compare(known.bytes, 0, length, start, end) === 0) return known.text;
    const text = strictText(bytes.subarray(start, end));
    this.slots[slot] = { bytes: Buffer.from(bytes.subarray(start, end)), text };
    return text;
  }
}

/** Decodes UTF-8 and refuses bytes that are not, so that what is stored is what was sent. */
export function strictText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') && !isUtf8(bytes)) throw new MalformedMessage('text that is not UTF-8');
  return text;
}

/** FNV-1a over the last bytes, where names of one kind differ. */
function slotOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  for (let at = Math.max(start, end - 24); at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
