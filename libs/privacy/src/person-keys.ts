import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { GatheredLookup, invariant, type Clock } from '@ledger/kernel';
import { freshBytes } from './fresh-bytes.js';
import { MasterKeyMissing, type MasterKeys } from './master-keys.js';
import { NamedStatement } from '@ledger/postgres';

const PERSON_KEY_BYTES = 32;

/** Persons in one statement; longer lists are cut. */
const STATEMENT_PERSONS = 10_000;

/** Unwrapped keys held in memory for sealing, and for how long after they were fetched, in milliseconds. */
const MOST_CACHED_KEYS = 20_000;
const CACHED_KEY_MS = 60_000;

const ROTATIONS_MET_AT_ONCE = 5;

export interface KeyRow {
  person_id: string;
  wrapped_key: Buffer | null;
  master_key_id: string | null;
}

const PRESENT = new NamedStatement<KeyRow>('soquy_present_keys', `
  SELECT k.person_id, k.wrapped_key, k.master_key_id FROM vault.person_keys k
   WHERE k.person_id = ANY($1::uuid[])
     AND NOT EXISTS (SELECT FROM vault.erased_persons e WHERE e.person_id = k.person_id)`);

interface EnsuredRow extends KeyRow {
  made: boolean;
  erased: boolean;
  current: boolean;
}

interface HeldKey {
  readonly key: Buffer;
  /** What it was unwrapped from, where it was read. */
  readonly row?: KeyRow;
}

/**
 * The keys of persons: in the table wrapped, in memory a few of them, for a short while. What is held in memory by
 * itself only ever seals, and opens nothing unless the table has the same wrapped key at that moment: one that was
 * destroyed by another process meanwhile opens nothing here from then on.
 */
export class PersonKeys {
  private readonly cache = new LRUCache<string, HeldKey>({ max: MOST_CACHED_KEYS, ttl: CACHED_KEY_MS });
  private readonly reading = new GatheredLookup((personIds: readonly string[]) => this.read(personIds));
  private destructions = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly masterKeys: MasterKeys,
    private masterKeyId: string,
    private readonly clock: Clock,
  ) {}

  /** Makes the keys that are missing; answers who is erased and so gets none. */
  async ensure(personIds: readonly string[]): Promise<ReadonlySet<string>> {
    const erased = new Set<string>();
    const missing = [...new Set(personIds)].filter((id) => !this.cache.has(id));
    for (const slice of slices(missing)) {
      for (const id of await this.ensureSlice(slice)) erased.add(id);
    }
    return erased;
  }

  /** The key to seal with; undefined where there is none or the person is erased. */
  async toSeal(personId: string): Promise<Buffer | undefined> {
    return this.cache.get(personId)?.key ?? (await this.present([personId])).get(personId);
  }

  /** The keys of those who have one and are not erased at this moment; there may be others among them. */
  present(personIds: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    return this.reading.find(personIds);
  }

  private async read(personIds: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const found = new Map<string, Buffer>();
    for (const slice of slices(personIds)) {
      const before = this.destructions;
      for (const { row, key } of await this.unwrappedRows(slice)) {
        found.set(row.person_id, key);
        this.remember(row.person_id, { key, row }, before);
      }
    }
    return found;
  }

  /** Deletes keys. Who is erased is remembered in the same statement, so that no key of theirs is ever used again. */
  async destroy(personIds: readonly string[]): Promise<void> {
    for (const slice of slices([...new Set(personIds)])) {
      await this.dataSource.query(
        `WITH erased AS (
           INSERT INTO vault.erased_persons (person_id, erased_at)
           SELECT id, $2 FROM unnest($1::uuid[]) AS id ORDER BY id ON CONFLICT (person_id) DO NOTHING)
         DELETE FROM vault.person_keys WHERE person_id = ANY($1::uuid[])`,
        [slice, this.clock.now()],
      );
    }
    // Whoever read a key while it was being destroyed must not remember it now.
    this.destructions += 1;
    for (const id of personIds) this.cache.delete(id);
  }

  private async ensureSlice(personIds: readonly string[]): Promise<string[]> {
    for (let attempt = 0; attempt < ROTATIONS_MET_AT_ONCE; attempt += 1) {
      const before = this.destructions;
      const fresh = new Map(personIds.map((id) => [id, freshBytes(PERSON_KEY_BYTES)]));
      const rows = await this.insertMissing(fresh);
      // Another process rotates the master key, or did: wrap by the one that holds now.
      if (rows.some((row) => !row.current)) {
        this.masterKeyId = await readMasterKeyId(this.dataSource);
        continue;
      }
      for (const row of rows) {
        if (row.made) this.remember(row.person_id, { key: fresh.get(row.person_id)! }, before);
        else if (!row.erased && row.wrapped_key !== null) this.remember(row.person_id, { key: unwrapRow(this.masterKeys, row) }, before);
      }
      return rows.filter((row) => row.erased).map((row) => row.person_id);
    }
    throw new Error('the master key keeps changing while keys are made');
  }

  private async insertMissing(fresh: ReadonlyMap<string, Buffer>): Promise<EnsuredRow[]> {
    const wrapped = [...fresh].map(([id, key]) => this.masterKeys.wrap(id, key, this.masterKeyId).wrappedKey);
    return this.dataSource.query<EnsuredRow[]>(
      `WITH master AS (SELECT master_key_id FROM vault.current_master_key WHERE master_key_id = $3 FOR SHARE),
       wanted AS (SELECT * FROM unnest($1::uuid[], $2::bytea[]) AS w (person_id, wrapped_key)),
       made AS (
         INSERT INTO vault.person_keys (person_id, wrapped_key, master_key_id, created_at)
         SELECT w.person_id, w.wrapped_key, m.master_key_id, $4 FROM wanted w CROSS JOIN master m
          WHERE NOT EXISTS (SELECT FROM vault.erased_persons e WHERE e.person_id = w.person_id)
          -- In one order everywhere, or two that make the same persons' keys would wait for each other.
          ORDER BY w.person_id
         ON CONFLICT (person_id) DO NOTHING
         RETURNING person_id)
       SELECT w.person_id, k.wrapped_key, k.master_key_id, made.person_id IS NOT NULL AS made,
              e.person_id IS NOT NULL AS erased, EXISTS (SELECT FROM master) AS current
         FROM wanted w
         LEFT JOIN made USING (person_id)
         LEFT JOIN vault.person_keys k USING (person_id)
         LEFT JOIN vault.erased_persons e USING (person_id)`,
      [[...fresh.keys()], wrapped, this.masterKeyId, this.clock.now()],
    );
  }

  /** A rotation may end between the reading of a row and its unwrapping: then the row is read again as it is now. */
  private async unwrappedRows(personIds: readonly string[]): Promise<{ row: KeyRow; key: Buffer }[]> {
    for (let attempt = 1; ; attempt += 1) {
      const rows = await PRESENT.rows(this.dataSource, [personIds]);
      try {
        return rows.map((row) => ({ row, key: this.heldFor(row) ?? unwrapRow(this.masterKeys, row) }));
      } catch (error) {
        if (!(error instanceof MasterKeyMissing) || attempt === ROTATIONS_MET_AT_ONCE) throw error;
      }
    }
  }

  /** To unwrap takes as long as to open a text: the same bytes give the same key. */
  private heldFor({ person_id: personId, wrapped_key: wrapped, master_key_id: masterKeyId }: KeyRow): Buffer | undefined {
    const held = this.cache.peek(personId);
    return wrapped !== null && held?.row?.wrapped_key?.equals(wrapped) === true && held.row.master_key_id === masterKeyId ? held.key : undefined;
  }

  private remember(personId: string, held: HeldKey, destructionsBefore: number): void {
    if (this.destructions === destructionsBefore) this.cache.set(personId, held);
  }
}

export function unwrapRow(masterKeys: MasterKeys, row: KeyRow): Buffer {
  invariant(row.wrapped_key !== null && row.master_key_id !== null, 'a stored key is wrapped by a master key');
  return masterKeys.unwrap(row.person_id, { wrappedKey: row.wrapped_key, masterKeyId: row.master_key_id });
}

/** Which master key wraps at present. */
export async function readMasterKeyId(dataSource: DataSource): Promise<string> {
  const [row] = await dataSource.query<{ master_key_id: string }[]>('SELECT master_key_id FROM vault.current_master_key');
  invariant(row !== undefined, 'an opened vault knows its master key');
  return row.master_key_id;
}

function* slices(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += STATEMENT_PERSONS) yield ids.slice(start, start + STATEMENT_PERSONS);
}
