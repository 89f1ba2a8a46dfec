import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Written last: a folder without it holds an unfinished backup. */
export const MANIFEST_FILE = 'backup.json';
const FORMAT = 'soquy-eventstore-backup-1';

export interface BackedUpSegment {
  /** Log position of its first byte; names the file. */
  base: number;
  bytes: number;
  /** SHA-256 of the file, hexadecimal. */
  sha256: string;
}

export interface BackupManifest {
  format: typeof FORMAT;
  logId: string;
  /** ISO 8601, UTC. */
  madeAt: string;
  /** Every append before this position is in the backup. */
  end: number;
  segments: BackedUpSegment[];
}

export function manifest(fields: Omit<BackupManifest, 'format'>): BackupManifest {
  return { format: FORMAT, ...fields };
}

/** Undefined where the folder has none or it is not of this format. */
export async function readManifest(dir: string): Promise<BackupManifest | undefined> {
  try {
    const value = JSON.parse(await readFile(join(dir, MANIFEST_FILE), 'utf8')) as Partial<BackupManifest>;
    const whole = value.format === FORMAT && typeof value.end === 'number' && Array.isArray(value.segments);
    return whole ? (value as BackupManifest) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
