import { randomFillSync } from 'node:crypto';
import { invariant } from '@ledger/kernel';

const POOL_BYTES = 4_096;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Bytes from the system's random generator that nobody had before and nobody will have again. They are taken many at a
 * time: to ask for a dozen takes the generator as long as to ask for thousands. What was given is wiped from the pool.
 */
export function freshBytes(length: number): Buffer {
  invariant(length <= POOL_BYTES, 'few bytes are asked for at a time');
  if (length > POOL_BYTES - used) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + length));
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
}
