import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Configuration } from '@ledger/configuration';
import { databaseAt, runMigrations } from '@ledger/postgres';
import { keyTransport, openPersonVault, readKeyFile, readSecretFile, vaultMigrations } from '@ledger/privacy';
import { eventStoreTool } from './child-program.js';
import { writeKeysFile, type KeyCounts, type SealedSecrets } from './keys-file.js';
import type { Secret } from './locks.js';
import { BackupRefused, digestsBelow, fileDigest, KEYS_FILE, KEYS_FOLDER, keysPath, LOG_FOLDER, writeManifest } from './manifest.js';
import { logFolderOf, postgresOf } from './servers.js';

export interface BackupWishes {
  readonly folder: string;
  /** Where the sealed keys go instead of the folder `keys` of the backup. */
  readonly keysFolder?: string;
  readonly secret: Secret;
}

export interface BackupMade extends KeyCounts {
  readonly id: string;
  readonly bytes: number;
}

interface LogReport {
  readonly logId: string;
  readonly end: number;
}

/**
 * Copies the log first and the keys after it: every key that the copied log needs was made before its event was. Both go
 * on being written meanwhile. The manifest comes last. Throws BackupRefused and ProgramFailed.
 */
export async function makeBackup(settings: Configuration, wishes: BackupWishes): Promise<BackupMade> {
  const log = logFolderOf(settings.dataFolder);
  if (settings.eventStoreUrl !== undefined) {
    throw new BackupRefused('Sổ sự kiện nằm ở máy chủ khác (SOQUY_EVENTSTORE_URL): hãy sao lưu máy chủ đó / the event log is on another server (SOQUY_EVENTSTORE_URL): back that server up');
  }
  if (!existsSync(log)) throw new BackupRefused(`${settings.dataFolder} không có sổ sự kiện nào / holds no event log`);
  const keysFolder = wishes.keysFolder === undefined ? undefined : resolve(wishes.keysFolder);
  const folder = resolve(wishes.folder);
  if (keysFolder === folder) throw new BackupRefused('Khóa cần một thư mục khác / the keys need another folder');
  await claimEmpty(folder);
  if (keysFolder !== undefined) await claimEmpty(keysFolder);
  const { logId, end } = await eventStoreTool<LogReport>('backup', '--dir', log, '--to', join(folder, LOG_FOLDER));
  const id = randomUUID();
  const keysFile = keysPath(folder, keysFolder);
  if (keysFolder === undefined) await mkdir(join(folder, KEYS_FOLDER), { mode: 0o700 });
  const counts = await backUpKeys(settings, id, wishes.secret, keysFile);
  const files = [
    { path: `${KEYS_FOLDER}/${KEYS_FILE}`, ...(await fileDigest(keysFile)) },
    ...(await digestsBelow(folder, LOG_FOLDER)),
  ];
  writeManifest(folder, { id, madeAt: new Date().toISOString(), logId, logEnd: end, keys: keysFolder === undefined ? 'inside' : 'apart', files });
  return { id, bytes: files.reduce((sum, file) => sum + file.bytes, 0), ...counts };
}

async function claimEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length === 0) return;
  throw new BackupRefused(`Thư mục ${folder} không trống; không có gì bị thay đổi / the folder ${folder} is not empty; nothing was changed`);
}

async function backUpKeys(settings: Configuration, id: string, secret: Secret, path: string): Promise<KeyCounts> {
  const { masterKeyFile, hashSecretFile } = settings;
  const servers = await postgresOf(settings);
  try {
    await runMigrations(servers.pgUrl, vaultMigrations);
    const dataSource = await databaseAt(servers.pgUrl).initialize();
    try {
      // Makes the secrets of an installation that has never served, and refuses a master key that is not the vault's.
      await openPersonVault({ dataSource, masterKeyFile, hashSecretFile });
      return await writeKeysFile(path, id, secret, secretsOf(settings), keyTransport(dataSource, masterKeyFile));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await servers.close();
  }
}

function secretsOf({ hashSecretFile, tokensFile }: Configuration): SealedSecrets {
  const tokens = tokensFile === undefined ? undefined : readSecretFile(tokensFile);
  return { hashSecret: readKeyFile(hashSecretFile)!.toString('hex'), ...(tokens !== undefined && { tokens }) };
}
