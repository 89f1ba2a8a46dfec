import { createHash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The namespace of every id that this ledger derives. Fixed for ever: changing it would rename everything. */
export const LEDGER_NAMESPACE = '6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a11';

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** RFC 9562 UUID version 5 (SHA-1, name-based) in lower case. `namespace` must be a UUID. */
export function uuidv5(namespace: string, name: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** An id derived from several parts; the separator cannot occur in a part that came through input checks. */
export function derivedId(...parts: string[]): string {
  return uuidv5(LEDGER_NAMESPACE, parts.join('\u0000'));
}
