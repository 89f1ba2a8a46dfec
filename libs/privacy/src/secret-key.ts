import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { SecretFileRefused, readOrMakeSecretFile, readSecretFile } from './secret-file.js';

const KEY_BYTES = 32;
const KEY_TEXT = /^[0-9a-f]{64}$/;

/** A new key as its file holds it: 64 hexadecimal digits and a line feed, as `openssl rand -hex 32` prints them. */
export function newKeyText(): string {
  return `${randomBytes(KEY_BYTES).toString('hex')}\n`;
}

/** Reads a 256-bit key; makes the file where it is missing. */
export function readOrMakeKeyFile(path: string): Buffer {
  return parseKey(path, readOrMakeSecretFile(path, newKeyText));
}

/** Reads a 256-bit key, or undefined where there is no such file. */
export function readKeyFile(path: string): Buffer | undefined {
  const text = readSecretFile(path);
  return text === undefined ? undefined : parseKey(path, text);
}

/** A key for one purpose, derived so that no purpose learns of another. */
export function derivedKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `so-quy ${purpose}`, KEY_BYTES));
}

/** Names a master key without telling anything of it: 16 hexadecimal digits. */
export function keyId(key: Buffer): string {
  return createHmac('sha256', key).update('so-quy master key id').digest('hex').slice(0, 16);
}

function parseKey(path: string, text: string): Buffer {
  const digits = text.trim().toLowerCase();
  if (!KEY_TEXT.test(digits)) throw new SecretFileRefused(`${path} holds no key: 64 hexadecimal digits are expected`);
  return Buffer.from(digits, 'hex');
}
