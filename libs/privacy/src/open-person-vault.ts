import { createHmac } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { systemClock, type Clock } from '@ledger/kernel';
import { MasterKeys } from './master-keys.js';
import { hashesOfName } from './name-hashes.js';
import { PersonKeys, readMasterKeyId } from './person-keys.js';
import type { RotatableVault, SealedItem } from './port.js';
import { rotateMasterKey, rotationIsDue } from './rotation.js';
import { openText, sealText, type Use } from './sealed-text.js';
import { derivedKey, keyId, readOrMakeKeyFile } from './secret-key.js';

export interface VaultOptions {
  /** An initialised DataSource whose migrations include `vaultMigrations`. */
  readonly dataSource: DataSource;
  /** 64 hexadecimal digits, mode 0600; made where both the file and the vault are new. */
  readonly masterKeyFile: string;
  /** The same form; losing it loses name search and the recognition of repeated commands, so it is kept with the master key. */
  readonly hashSecretFile: string;
  readonly clock?: Clock;
}

/**
 * Opens the vault. Throws MasterKeyMissing where the key file is not the one that wrapped the vault's keys, and
 * SecretFileRefused where a file is malformed or open to others.
 */
export async function openPersonVault(options: VaultOptions): Promise<RotatableVault> {
  const masterKeyId = await currentMasterKey(options.dataSource, options.masterKeyFile);
  const masterKeys = new MasterKeys(options.masterKeyFile);
  masterKeys.demand(masterKeyId);
  const keys = new PersonKeys(options.dataSource, masterKeys, masterKeyId, options.clock ?? systemClock);
  const { dataSource, masterKeyFile } = options;
  return new PostgresVault(keys, readOrMakeKeyFile(options.hashSecretFile), {
    rotateMasterKey: () => rotateMasterKey(dataSource, masterKeyFile),
    rotationIsDue: () => rotationIsDue(dataSource, masterKeyFile),
  });
}

/** A new vault takes the key on file as its own, made if need be; a vault that has one already never gets a new file. */
async function currentMasterKey(dataSource: DataSource, masterKeyFile: string): Promise<string> {
  const known = await dataSource.query<unknown[]>('SELECT 1 FROM vault.current_master_key');
  if (known.length === 0) {
    await dataSource.query('INSERT INTO vault.current_master_key (master_key_id) VALUES ($1) ON CONFLICT DO NOTHING', [
      keyId(readOrMakeKeyFile(masterKeyFile)),
    ]);
  }
  return readMasterKeyId(dataSource);
}

class PostgresVault implements RotatableVault {
  private readonly nameKey: Buffer;
  private readonly inputKey: Buffer;
  readonly rotateMasterKey: RotatableVault['rotateMasterKey'];
  readonly rotationIsDue: RotatableVault['rotationIsDue'];

  constructor(
    private readonly keys: PersonKeys,
    hashSecret: Buffer,
    rotation: Pick<RotatableVault, 'rotateMasterKey' | 'rotationIsDue'>,
  ) {
    this.rotateMasterKey = rotation.rotateMasterKey;
    this.rotationIsDue = rotation.rotationIsDue;
    this.nameKey = derivedKey(hashSecret, 'name search');
    this.inputKey = derivedKey(hashSecret, 'input hash');
  }

  async ensureKeys(personIds: readonly string[]): Promise<{ readonly erased: ReadonlySet<string> }> {
    return { erased: await this.keys.ensure(personIds) };
  }

  async seal(personId: string, use: Use, plaintext: string): Promise<string> {
    const key = await this.keys.toSeal(personId);
    if (key === undefined) throw new PersonKeyMissing(`person ${personId} has no key: none was made, or the person is erased`);
    return sealText(key, personId, use, plaintext);
  }

  async openMany(items: readonly SealedItem[]): Promise<(string | undefined)[]> {
    const keys = await this.keys.present(items.map((item) => item.personId));
    return items.map((item) => {
      const key = keys.get(item.personId);
      return key === undefined ? undefined : openText(key, item.personId, item.use, item.sealed);
    });
  }

  shred(personIds: readonly string[]): Promise<void> {
    return this.keys.destroy(personIds);
  }

  nameHashes(name: string): string[] {
    return hashesOfName(this.nameKey, name);
  }

  inputHash(canonical: string): string {
    return createHmac('sha256', this.inputKey).update(canonical, 'utf8').digest('hex');
  }
}

/** Sealing needs a key that `ensureKeys` has made. */
export class PersonKeyMissing extends Error {
  override readonly name = 'PersonKeyMissing';
}
