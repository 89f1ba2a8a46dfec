import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of a sample set under another root, so that one ledger can take it again. Its root's code must be a whole field. */
export function underRoot(sample: string, formerRoot: string, root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'soquy-set-'));
  cpSync(sample, folder, { recursive: true });
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.csv'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), text.split('\n').map((line) => line.split(',').map((field) => (field === formerRoot ? root : field)).join(',')).join('\n'));
  }
  return folder;
}
