import { createHmac } from 'node:crypto';

/** Parts of a name that are hashed; a longer one is cut, which only makes its search coarser. */
const MOST_PARTS = 32;
const HASH_BYTES = 16;

/** Lower case, without marks, đ as d: "Nguyễn Thị Đào" gives nguyen, thi, dao. */
export function nameParts(name: string): string[] {
  const plain = name.normalize('NFD').replace(/\p{Mark}/gu, '').toLowerCase().replaceAll('đ', 'd');
  return plain.split(/[^\p{Letter}\p{Number}]+/u).filter((part) => part !== '').slice(0, MOST_PARTS);
}

/** First the whole name's hash, then each different part's; 32 hexadecimal digits each. Nothing for a name without letters. */
export function hashesOfName(key: Buffer, name: string): string[] {
  const parts = nameParts(name);
  if (parts.length === 0) return [];
  return [parts.join(' '), ...new Set(parts)].map((text) => hash(key, text));
}

function hash(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex').slice(0, 2 * HASH_BYTES);
}
