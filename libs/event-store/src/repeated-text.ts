const LONGEST = 64;
const SLOTS = 512;
const known = new Array<{ readonly bytes: Buffer; readonly text: string } | undefined>(SLOTS);

/** The text of UTF-8 bytes that come again and again, such as the name of an event's type: the last of many are kept and not read anew. */
export function repeatedText(bytes: Buffer, start: number, length: number): string {
  if (length === 0 || length > LONGEST) return bytes.toString('utf8', start, start + length);
  const slot = (length * 61 + bytes[start]! * 7 + bytes[start + length - 1]! * 31 + bytes[start + (length >> 1)]!) % SLOTS;
  const kept = known[slot];
  if (kept !== undefined && kept.bytes.length === length && isAt(bytes, start, kept.bytes)) return kept.text;
  const text = bytes.toString('utf8', start, start + length);
  known[slot] = { bytes: Buffer.from(bytes.subarray(start, start + length)), text };
  return text;
}

function isAt(bytes: Buffer, start: number, part: Buffer): boolean {
  for (let at = 0; at < part.length; at += 1) if (bytes[start + at] !== part[at]) return false;
  return true;
}
