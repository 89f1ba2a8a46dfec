import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { openLedgerParts, PATIENCE_OF_PROGRAMS } from '@ledger/command-handling';
import { noteUnfinishedRestore, removeUnfinishedRestore, unfinishedRestore, type Configuration } from '@ledger/configuration';
import { openEventStore } from '@ledger/event-store';
import { databaseAt, runMigrations } from '@ledger/postgres';
import { keyTransport, MasterKeyMissing, openPersonVault, replacePrivateFile, vaultMigrations } from '@ledger/privacy';
import { erasePersons, replaceMasterKey } from '../erase/erase-persons.js';
import { findPersons } from '../erase/persons-named.js';
import { eventStoreTool } from './child-program.js';
import { KeysFile } from './keys-file.js';
import { erasedIn, laterErasures } from './later-erasures.js';
import type { SealedBy, Secret } from './locks.js';
import { BackupRefused, checkFiles, keysPath, LOG_FOLDER, readManifest, type BackupManifest } from './manifest.js';
import { eventStoreOn, logFolderOf, postgresOf } from './servers.js';

export interface RestoreWishes {
  readonly folder: string;
  /** Where the sealed keys are, where not in the backup. */
  readonly keysFolder?: string;
  /** Newer logs or lists that tell whom to erase besides. */
  readonly erasuresFrom: readonly string[];
  /** Asked for when it is known what the keys are sealed under. */
  readonly secret: (sealedBy: SealedBy) => Promise<Secret>;
}

export interface Restored {
  readonly madeAt: string;
  readonly events: number;
  readonly keys: number;
  /** Erased by the log itself, or already when the backup was made. */
  readonly erased: number;
  /** Erased because something newer says so. */
  readonly erasedLater: number;
}

/**
 * Checks everything, then fills an empty data folder: log, keys under a new master key, secrets, and every erasure that
 * the log or something newer tells of. Nothing serves from the folder before all of it is done; interrupted, the same
 * call does it again. Throws BackupRefused, SecretRefused and ProgramFailed.
 */
export async function restoreBackup(settings: Configuration, wishes: RestoreWishes): Promise<Restored> {
  if (settings.eventStoreUrl !== undefined) {
    throw new BackupRefused('SOQUY_EVENTSTORE_URL trỏ tới máy chủ khác: khôi phục rồi dùng soquy eventstore copy / SOQUY_EVENTSTORE_URL names another server: restore without it, then use soquy eventstore copy');
  }
  const folder = resolve(wishes.folder);
  const made = await readManifest(folder);
  const keysFile = keysPath(folder, wishes.keysFolder === undefined ? undefined : resolve(wishes.keysFolder));
  if (made.keys === 'apart' && wishes.keysFolder === undefined) throw new BackupRefused('Khóa của bản sao lưu này được cất riêng / this backup\'s keys are kept apart: --keys <folder>');
  await checkFiles(folder, made, keysFile);
  const keys = await KeysFile.unlock(keysFile, made.id, wishes.secret);
  const later = new Set<string>();
  for (const path of wishes.erasuresFrom) for (const id of await laterErasures(resolve(path))) later.add(id);
  claimDataFolder(settings, made);
  const servers = await postgresOf(settings);
  try {
    return await fill(settings, servers.pgUrl, { folder, made, keys, later });
  } finally {
    await servers.close();
  }
}

/** From here on the folder is ours: whatever lies in it was put there by a restore of this backup. */
function claimDataFolder({ dataFolder, masterKeyFile, hashSecretFile, tokensFile }: Configuration, made: BackupManifest): void {
  const begun = unfinishedRestore(dataFolder);
  if (begun === made.id) return;
  if (begun !== undefined) throw new BackupRefused(`Vào ${dataFolder} đang khôi phục dở một bản sao lưu khác / another backup is half restored into it: ${begun}`);
  mkdirSync(dataFolder, { recursive: true, mode: 0o755 });
  const there = [...readdirSync(dataFolder).filter((name) => name !== 'lost+found'), ...[masterKeyFile, hashSecretFile, tokensFile].filter((path) => path !== undefined && existsSync(path))];
  if (there.length > 0) throw new BackupRefused(`Thư mục dữ liệu ${dataFolder} không trống (${there[0]}); không có gì bị thay đổi / the data folder ${dataFolder} is not empty (${there[0]}); nothing was changed`);
  noteUnfinishedRestore(dataFolder, made.id);
}

interface Sources {
  readonly folder: string;
  readonly made: BackupManifest;
  readonly keys: KeysFile;
  readonly later: ReadonlySet<string>;
}

async function fill(settings: Configuration, pgUrl: string, { folder, made, keys, later }: Sources): Promise<Restored> {
  const log = logFolderOf(settings.dataFolder);
  rmSync(log, { recursive: true, force: true });
  const { events } = await eventStoreTool<{ events: number }>('restore', '--from', `${folder}/${LOG_FOLDER}`, '--to', log);
  await keys.read({
    secrets: async ({ hashSecret, tokens }) => {
      replacePrivateFile(settings.hashSecretFile, `${hashSecret}\n`);
      if (tokens !== undefined && settings.tokensFile !== undefined) replacePrivateFile(settings.tokensFile, tokens);
    },
  });
  const server = await eventStoreOn(log);
  try {
    const taken = await takeKeysIn(settings, pgUrl, server.url, keys);
    const erasedLater = await eraseLater(settings, { pgUrl, eventstoreUrl: server.url }, later);
    removeUnfinishedRestore(settings.dataFolder);
    return { madeAt: made.madeAt, events, ...taken, erasedLater };
  } finally {
    await server.close();
  }
}

/** Who is erased is known to the vault before any key comes in, so that no key of theirs is ever there. */
async function takeKeysIn({ masterKeyFile, hashSecretFile }: Configuration, pgUrl: string, eventstoreUrl: string, keys: KeysFile): Promise<{ keys: number; erased: number }> {
  await runMigrations(pgUrl, vaultMigrations);
  const dataSource = await databaseAt(pgUrl).initialize();
  const store = openEventStore(eventstoreUrl, PATIENCE_OF_PROGRAMS);
  try {
    const vault = await openPersonVault({ dataSource, masterKeyFile, hashSecretFile }).catch((error: unknown) => {
      // An outside Postgres with a vault whose master key this restore did not make.
      throw error instanceof MasterKeyMissing ? new BackupRefused('Postgres này đã có khóa của một sổ khác (SOQUY_PG_URL) / this Postgres holds the keys of another ledger (SOQUY_PG_URL)') : error;
    });
    const transport = keyTransport(dataSource, masterKeyFile);
    const erased = await erasedIn(store);
    await keys.read({ erased: async (page) => void page.forEach((id) => erased.add(id)) });
    await vault.shred([...erased]);
    await replaceMasterKey(vault);
    const counts = await keys.read({ keys: (page) => transport.adopt(page) });
    return { keys: counts.keys, erased: erased.size };
  } finally {
    await store.close();
    await dataSource.destroy();
  }
}

/** Books what came later as erasures of this log too: from now on it is the truth. Whom it does not know needs no event. */
async function eraseLater({ masterKeyFile, hashSecretFile }: Configuration, servers: { pgUrl: string; eventstoreUrl: string }, later: ReadonlySet<string>): Promise<number> {
  if (later.size === 0) return 0;
  const parts = await openLedgerParts({ ...servers, masterKeyFile, hashSecretFile, patience: PATIENCE_OF_PROGRAMS });
  try {
    const { found } = await findPersons(parts.eventStore, [...later].map((text) => ({ text, rootCode: undefined })), undefined);
    const outcome = await erasePersons(parts, found, { actorId: 'restore' });
    if (outcome.kind === 'refused') throw new BackupRefused(`${outcome.person.personId}: ${outcome.refusal.refused}`);
    if (outcome.kind === 'unavailable') throw new BackupRefused(`Hãy chạy lại cùng lệnh này / run the same command again: ${outcome.why}`);
    await parts.vault.shred([...later]);
    await replaceMasterKey(parts.vault);
    return outcome.erased;
  } finally {
    await parts.close();
  }
}
