import type { DataSource } from 'typeorm';
import { MasterKeyMissing, MasterKeys } from './master-keys.js';
import { readMasterKeyId, unwrapRow, type KeyRow } from './person-keys.js';

/** Persons in one statement. */
const PAGE = 5_000;
const ROTATIONS_MET_AT_ONCE = 5;

/** A person's key in the clear: for a backup that seals it at once, and for nothing else. */
export interface BarePersonKey {
  readonly personId: string;
  readonly key: Buffer;
}

export interface KeyTransport {
  /** Everybody's key, by person. Each was the person's at the moment its page was read; nobody who is erased by then is among them. */
  keys(): AsyncIterable<readonly BarePersonKey[]>;
  /** Who is erased, by person. */
  erased(): AsyncIterable<readonly string[]>;
  /** Puts keys in, wrapped by the present master key; those of the erased are left out. Taken in again, a key changes nothing. */
  adopt(keys: readonly BarePersonKey[]): Promise<void>;
}

/** Takes keys out of a vault and into one. The vault must have been opened before, so that it has a master key. */
export function keyTransport(dataSource: DataSource, masterKeyFile: string): KeyTransport {
  return new VaultKeyTransport(dataSource, new MasterKeys(masterKeyFile));
}

class VaultKeyTransport implements KeyTransport {
  constructor(
    private readonly dataSource: DataSource,
    private readonly masterKeys: MasterKeys,
  ) {}

  async *keys(): AsyncIterable<readonly BarePersonKey[]> {
    for (let after: string | undefined; ; ) {
      const page = await this.page(after);
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)!.personId;
    }
  }

  async *erased(): AsyncIterable<readonly string[]> {
    for (let after: string | undefined; ; ) {
      const rows = await this.dataSource.query<{ person_id: string }[]>(
        `SELECT person_id FROM vault.erased_persons WHERE $1::uuid IS NULL OR person_id > $1::uuid ORDER BY person_id LIMIT ${PAGE}`, [after ?? null]);
      if (rows.length === 0) return;
      yield rows.map((row) => row.person_id);
      after = rows.at(-1)!.person_id;
    }
  }

  async adopt(keys: readonly BarePersonKey[]): Promise<void> {
    const masterKeyId = await readMasterKeyId(this.dataSource);
    const wrapped = keys.map(({ personId, key }) => this.masterKeys.wrap(personId, key, masterKeyId).wrappedKey);
    await this.dataSource.query(
      `INSERT INTO vault.person_keys (person_id, wrapped_key, master_key_id, created_at)
       SELECT w.person_id, w.wrapped_key, $3, now() FROM unnest($1::uuid[], $2::bytea[]) AS w (person_id, wrapped_key)
        WHERE NOT EXISTS (SELECT FROM vault.erased_persons e WHERE e.person_id = w.person_id)
       ON CONFLICT (person_id) DO NOTHING`,
      [keys.map(({ personId }) => personId), wrapped, masterKeyId],
    );
  }

  private async page(after: string | undefined): Promise<BarePersonKey[]> {
    for (let attempt = 1; ; attempt += 1) {
      const rows = await this.dataSource.query<KeyRow[]>(
        `SELECT k.person_id, k.wrapped_key, k.master_key_id FROM vault.person_keys k
          WHERE ($1::uuid IS NULL OR k.person_id > $1::uuid)
            AND NOT EXISTS (SELECT FROM vault.erased_persons e WHERE e.person_id = k.person_id)
          ORDER BY k.person_id LIMIT ${PAGE}`,
        [after ?? null],
      );
      try {
        return rows.map((row) => ({ personId: row.person_id, key: unwrapRow(this.masterKeys, row) }));
      } catch (error) {
        // A rotation ended between the reading and the unwrapping: the page is read again as it is now.
        if (!(error instanceof MasterKeyMissing) || attempt === ROTATIONS_MET_AT_ONCE) throw error;
      }
    }
  }
}
