import { hash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The namespace of every id that this ledger derives. Fixed for ever: changing it would rename everything. */
export const LEDGER_NAMESPACE = '6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a11';

const NAMESPACE_BYTES = 16;
/** The two bits that RFC 9562 fixes, then the two that are left. */
const VARIANT_DIGITS = '89ab';

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** RFC 9562 UUID version 5 (SHA-1, name-based) in lower case. `namespace` must be a UUID. */
export function uuidv5(namespace: string, name: string): string {
  const bytes = Buffer.allocUnsafe(NAMESPACE_BYTES + Buffer.byteLength(name, 'utf8'));
  const nameAt = bytes.write(namespace.replaceAll('-', ''), 0, 'hex');
  const end = nameAt + bytes.write(name, nameAt, 'utf8');
  const hex = hash('sha1', bytes.subarray(0, end), 'hex');
  const variant = VARIANT_DIGITS[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An id derived from several parts; the separator cannot occur in a part that came through input checks. */
export function derivedId(...parts: string[]): string {
  return uuidv5(LEDGER_NAMESPACE, parts.join('\u0000'));
}
