import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A secret file that cannot be used as it is; the message says what to do. It never holds the secret. */
export class SecretFileRefused extends Error {
  override readonly name = 'SecretFileRefused';
}

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;
const LARGEST_SECRET_FILE = 1_048_576;

/** The file's text, or undefined where there is none. Refuses files that others than their owner may read or write. */
export function readSecretFile(path: string): string | undefined {
  let mode: number;
  let size: number;
  try {
    ({ mode, size } = statSync(path));
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw new SecretFileRefused(`${path} cannot be read: ${String(error)}`);
  }
  // Windows keeps no such modes.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    throw new SecretFileRefused(`${path} is open to others (mode ${(mode & 0o777).toString(8)}): run chmod 600 on it`);
  }
  if (size > LARGEST_SECRET_FILE) throw new SecretFileRefused(`${path} is no secret file: it holds ${size} bytes`);
  return readFileSync(path, 'utf8');
}

/**
 * The file's text; where there is none, `make` gives it and it is written for good before anybody reads it. Of several
 * processes that do so at once one wins and the others read what it wrote. The folder is made with mode 0700.
 */
export function readOrMakeSecretFile(path: string, make: () => string): string {
  const known = readSecretFile(path);
  if (known !== undefined) return known;
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  const draft = writeDraft(path, make());
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!isFileError(error, 'EEXIST')) throw error;
  } finally {
    unlinkSync(draft);
  }
  syncFolder(dirname(path));
  return readSecretFile(path) ?? refuseVanished(path);
}

/** Writes the file, or replaces it, in one step that a crash cannot cut in half; mode 0600. */
export function replacePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  renameSync(writeDraft(path, text), path);
  syncFolder(dirname(path));
}

/** Makes a folder entry's change durable. */
export function syncFolder(folder: string): void {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeDraft(path: string, text: string): string {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}`);
  const descriptor = openSync(draft, 'wx', PRIVATE_FILE);
  try {
    fchmodSync(descriptor, PRIVATE_FILE);
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return draft;
}

function refuseVanished(path: string): never {
  throw new SecretFileRefused(`${path} was removed while it was being made`);
}

function isFileError(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
