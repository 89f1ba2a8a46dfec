import { randomBytes, scrypt, type ScryptOptions } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { keyId, readKeyFile, readSecretFile } from '@ledger/privacy';

/** What a backup's keys are sealed under, as the person gives it. */
export type Secret = { readonly kind: 'passphrase'; readonly passphrase: string } | { readonly kind: 'key_file'; readonly key: Buffer };

/** What is written down of it: enough to find the key again with the secret, nothing without it. */
export type SealedBy =
  | { readonly kind: 'passphrase'; readonly kdf: 'scrypt'; readonly N: number; readonly r: number; readonly p: number; readonly salt: string }
  | { readonly kind: 'key_file'; readonly keyId: string };

export interface SecretOptions {
  readonly passphraseFile?: string;
  readonly keyFile?: string;
}

export const SHORTEST_PASSPHRASE = 12;
const KEY_BYTES = 32;
/** 128 MiB and about half a second a guess. */
const SCRYPT = { N: 131_072, r: 8, p: 1 } as const;
const SCRYPT_MEMORY = 256 * 1024 * 1024;

/** The secret cannot be used; the message says what to do. */
export class SecretRefused extends Error {
  override readonly name = 'SecretRefused';
}

/** From a file, from standard input (`-`), or asked at the terminal; twice where it is new. Throws SecretRefused. */
export async function readSecret({ passphraseFile, keyFile }: SecretOptions, isNew: boolean): Promise<Secret> {
  if (passphraseFile !== undefined && keyFile !== undefined) throw new SecretRefused('Chỉ dùng một trong hai / use only one of: --passphrase-file, --key-file');
  if (keyFile !== undefined) {
    const key = readKeyFile(keyFile);
    if (key) return { kind: 'key_file', key };
    throw new SecretRefused(`Không có tệp khóa ${keyFile}; tạo bằng / there is no key file ${keyFile}; make one with: (umask 077; openssl rand -hex 32 > ${keyFile})`);
  }
  const passphrase = (passphraseFile === undefined ? await asked(isNew) : readPassphrase(passphraseFile)).normalize('NFC');
  if ([...passphrase].length >= SHORTEST_PASSPHRASE) return { kind: 'passphrase', passphrase };
  throw new SecretRefused(`Cụm mật khẩu cần ít nhất ${SHORTEST_PASSPHRASE} ký tự / the passphrase needs at least ${SHORTEST_PASSPHRASE} characters`);
}

function readPassphrase(path: string): string {
  const text = path === '-' ? readFileSync(0, 'utf8') : readSecretFile(path);
  if (text === undefined) throw new SecretRefused(`Không có tệp ${path} / there is no file ${path}`);
  return text.replace(/\r?\n$/, '');
}

async function asked(isNew: boolean): Promise<string> {
  if (!process.stdin.isTTY) throw new SecretRefused('Cần --passphrase-file <tệp> (hoặc - cho stdin) hay --key-file <tệp> / give --passphrase-file <file> (or - for standard input) or --key-file <file>');
  const passphrase = await ask('Cụm mật khẩu / passphrase: ');
  if (isNew && (await ask('Nhập lại / once more: ')) !== passphrase) throw new SecretRefused('Hai lần nhập khác nhau / the two differ');
  return passphrase;
}

/** Shows the question and nothing of the answer. */
function ask(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // From here on the terminal itself shows nothing that is typed.
  const asking = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    asking.once('SIGINT', () => {
      asking.close();
      reject(new SecretRefused('Đã dừng / stopped'));
    });
    asking.question('', (answer) => {
      asking.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}

/** A key for a new backup, and what to write down of it. */
export async function newLock(secret: Secret): Promise<{ key: Buffer; sealedBy: SealedBy }> {
  if (secret.kind === 'key_file') return { key: secret.key, sealedBy: { kind: 'key_file', keyId: keyId(secret.key) } };
  const salt = randomBytes(16);
  const sealedBy: SealedBy = { kind: 'passphrase', kdf: 'scrypt', ...SCRYPT, salt: salt.toString('hex') };
  return { key: await derived(secret.passphrase, salt, SCRYPT), sealedBy };
}

/** The key of a backup that was made before. Throws SecretRefused where the secret is of another kind, or another key file. */
export async function keyOf(sealedBy: SealedBy, secret: Secret): Promise<Buffer> {
  if (sealedBy.kind === 'passphrase') {
    if (secret.kind !== 'passphrase') throw new SecretRefused('Bản sao lưu này được khóa bằng cụm mật khẩu / this backup is sealed under a passphrase: --passphrase-file');
    // The numbers come from a file that anybody may have written: only what we write ourselves is worth our memory.
    if (sealedBy.N > SCRYPT.N || sealedBy.r > SCRYPT.r || sealedBy.p > SCRYPT.p) throw new SecretRefused('Tham số scrypt quá lớn / the scrypt parameters are beyond what is accepted');
    return derived(secret.passphrase, Buffer.from(sealedBy.salt, 'hex'), sealedBy);
  }
  if (secret.kind !== 'key_file') throw new SecretRefused('Bản sao lưu này được khóa bằng tệp khóa / this backup is sealed under a key file: --key-file');
  if (keyId(secret.key) !== sealedBy.keyId) throw new SecretRefused('Tệp khóa không phải của bản sao lưu này / the key file is not this backup\'s');
  return secret.key;
}

function derived(passphrase: string, salt: Buffer, { N, r, p }: Pick<ScryptOptions, 'N' | 'r' | 'p'>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, { N: N!, r: r!, p: p!, maxmem: SCRYPT_MEMORY }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
