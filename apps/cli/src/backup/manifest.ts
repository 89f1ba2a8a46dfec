import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { replacePrivateFile } from '@ledger/privacy';

/** Written last: a folder without it holds no backup, however much is in it. */
const MANIFEST_FILE = 'backup.json';
const FORMAT = 'soquy-backup-1';
export const LOG_FOLDER = 'eventstore';
export const KEYS_FOLDER = 'keys';
export const KEYS_FILE = 'persons.sealed';

export interface FileDigest {
  /** Below the backup's folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface BackupManifest {
  readonly format: typeof FORMAT;
  /** Ties the keys to it where they are kept apart. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** As the files of the log name it. */
  readonly logId: string;
  /** Every append before this log position is in it. */
  readonly logEnd: number;
  /** Whether the sealed keys lie in the folder `keys` of it, or in a folder of their own. */
  readonly keys: 'inside' | 'apart';
  /** The sealed keys first, wherever they lie. */
  readonly files: readonly FileDigest[];
}

/** A backup that cannot be used, or a folder that cannot take one; the message says why, in both languages. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

export function writeManifest(folder: string, made: Omit<BackupManifest, 'format'>): void {
  replacePrivateFile(join(folder, MANIFEST_FILE), `${JSON.stringify({ format: FORMAT, ...made }, null, 2)}\n`);
}

/** Throws BackupRefused where there is none of this format. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const text = await readFile(join(folder, MANIFEST_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  const made = text === undefined ? undefined : parsed(text);
  if (made) return made;
  throw new BackupRefused(`${folder} không có bản sao lưu hoàn chỉnh (thiếu hoặc hỏng ${MANIFEST_FILE}) / holds no complete backup (its ${MANIFEST_FILE} is missing or unreadable)`);
}

function parsed(text: string): BackupManifest | undefined {
  let value: Partial<BackupManifest> | null;
  try {
    value = JSON.parse(text) as Partial<BackupManifest> | null;
  } catch {
    // Cut off or changed: what cannot be read says nothing about the files.
    return undefined;
  }
  const isWhole = value?.format === FORMAT && typeof value.id === 'string' && Array.isArray(value.files) && (value.keys === 'inside' || value.keys === 'apart');
  return isWhole ? (value as BackupManifest) : undefined;
}

/** Where the sealed keys of a backup are. */
export function keysPath(folder: string, keysFolder: string | undefined): string {
  return join(keysFolder ?? join(folder, KEYS_FOLDER), KEYS_FILE);
}

/** Reads every file again. Throws BackupRefused naming the first that is missing, of another length or changed. */
export async function checkFiles(folder: string, { files }: BackupManifest, keysFile: string): Promise<void> {
  for (const [index, { path, bytes, sha256 }] of files.entries()) {
    const place = index === 0 ? keysFile : join(folder, path);
    const found = await stat(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (found === undefined) throw damaged(place, 'thiếu / is missing');
    if (found.size !== bytes) throw damaged(place, `${found.size} byte, bản sao lưu ghi / the backup says ${bytes}`);
    if ((await digestOf(place)) !== sha256) throw damaged(place, 'không khớp SHA-256 / does not match its SHA-256');
  }
}

function damaged(path: string, why: string): BackupRefused {
  return new BackupRefused(`Bản sao lưu bị hỏng, chưa khôi phục gì / the backup is damaged, nothing was restored: ${path} ${why}`);
}

/** Every file below a folder, in order of its path. */
export async function digestsBelow(folder: string, below: string): Promise<FileDigest[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const digests: FileDigest[] = [];
  for (const path of paths.sort()) digests.push({ path, ...(await fileDigest(join(folder, path))) });
  return digests;
}

export async function fileDigest(path: string): Promise<Omit<FileDigest, 'path'>> {
  return { bytes: (await stat(path)).size, sha256: await digestOf(path) };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
