import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { MasterKeyMissing, PersonKeyMissing, SealBroken, SecretFileRefused, keyTransport, openPersonVault, vaultMigrations } from './index.js';
import type { BarePersonKey, RotatableVault } from './index.js';
import { NamedStatement, databaseAt } from '@ledger/postgres';

jest.setTimeout(60_000);

let database: TestDatabase;
let dataSource: DataSource;
let folder: string;
let vault: RotatableVault;

const keyFile = (): string => join(folder, 'secrets', 'master.key');
const hashFile = (): string => join(folder, 'secrets', 'hash.key');
const open = (): Promise<RotatableVault> => openPersonVault({ dataSource, masterKeyFile: keyFile(), hashSecretFile: hashFile() });

async function personWithKey(): Promise<string> {
  const id = randomUUID();
  await vault.ensureKeys([id]);
  return id;
}

async function wrappedKeys(): Promise<{ person_id: string; wrapped_key: Buffer; master_key_id: string }[]> {
  return dataSource.query('SELECT person_id, wrapped_key, master_key_id FROM vault.person_keys ORDER BY person_id');
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'soquy-vault-'));
  database = await testDatabase();
  dataSource = await databaseAt(database.url, { migrations: vaultMigrations }).initialize();
  await dataSource.runMigrations();
  vault = await open();
});

afterEach(async () => {
  await dataSource.destroy();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('sealing', () => {
  it('opens what was sealed, and nothing with another key, for another use or after a change', async () => {
    const [one, other] = [await personWithKey(), await personWithKey()];
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('profile' as const, 'text' as const), async (plain, use) => {
        const sealed = await vault.seal(one, use, plain);
        expect(sealed).toMatch(/^1\.[A-Za-z0-9_-]+$/);
        expect(await vault.openMany([{ personId: one, use, sealed }])).toEqual([plain]);
        const wrongUse = use === 'text' ? 'profile' : 'text';
        await expect(vault.openMany([{ personId: one, use: wrongUse, sealed }])).rejects.toThrow(SealBroken);
        await expect(vault.openMany([{ personId: other, use, sealed }])).rejects.toThrow(SealBroken);
        const last = sealed.at(-3) === 'A' ? 'B' : 'A';
        await expect(vault.openMany([{ personId: one, use, sealed: sealed.slice(0, -3) + last + sealed.slice(-2) }])).rejects.toThrow(SealBroken);
      }),
      { numRuns: 50 },
    );
  });

  it('seals the same text differently each time', async () => {
    const id = await personWithKey();
    expect(await vault.seal(id, 'text', 'Lê Văn An')).not.toBe(await vault.seal(id, 'text', 'Lê Văn An'));
  });

  it('opens many with one query, in order, across persons', async () => {
    const ids = Array.from({ length: 200 }, () => randomUUID());
    await vault.ensureKeys(ids);
    const sealed = await Promise.all(ids.map((id, index) => vault.seal(id, 'profile', `người ${index}`)));
    const other = await open();
    const queries = jest.spyOn(NamedStatement.prototype, 'rows');
    const others = jest.spyOn(dataSource, 'query');
    const opened = await other.openMany(ids.map((personId, index) => ({ personId, use: 'profile', sealed: sealed[index]! })));
    expect(opened).toEqual(ids.map((_, index) => `người ${index}`));
    expect([queries.mock.calls.length, others.mock.calls.length]).toEqual([1, 0]);
    jest.restoreAllMocks();
  });

  it('seals nothing for somebody without a key', async () => {
    await expect(vault.seal(randomUUID(), 'text', 'x')).rejects.toThrow(PersonKeyMissing);
  });
});

describe('keys', () => {
  it('makes one key a person, however many ask at once', async () => {
    const ids = Array.from({ length: 500 }, () => randomUUID());
    const vaults = await Promise.all([open(), open(), open(), open()]);
    const orders = [ids, ids.toReversed(), ids.toSorted(), [...ids.slice(250), ...ids]];
    await Promise.all(vaults.map((one, index) => one.ensureKeys(orders[index]!)));
    expect(await wrappedKeys()).toHaveLength(500);
    const sealed = await Promise.all(vaults.map((one) => one.seal(ids[0]!, 'text', 'chung')));
    for (const one of vaults) {
      expect(await one.openMany(sealed.map((text) => ({ personId: ids[0]!, use: 'text', sealed: text })))).toEqual(Array(4).fill('chung'));
    }
  });

  it('needs one statement for thousands of persons', async () => {
    const queries = jest.spyOn(dataSource, 'query');
    await vault.ensureKeys(Array.from({ length: 5_000 }, () => randomUUID()));
    expect(queries).toHaveBeenCalledTimes(1);
    queries.mockRestore();
    expect(await wrappedKeys()).toHaveLength(5_000);
  });

  it('keeps no plaintext and no bare key in the database', async () => {
    const id = await personWithKey();
    const master = Buffer.from(readFileSync(keyFile(), 'utf8').trim(), 'hex');
    const [row] = await wrappedKeys();
    expect(row!.wrapped_key).toHaveLength(12 + 32 + 16);
    expect(row!.wrapped_key.includes(master)).toBe(false);
    const everything = JSON.stringify(await dataSource.query('SELECT * FROM vault.person_keys, vault.current_master_key'));
    expect(everything).not.toContain(master.toString('hex'));
    expect(await vault.seal(id, 'profile', 'Trần Thị Bưởi')).not.toContain(Buffer.from('Trần').toString('base64url').slice(0, 4));
  });
});

describe('erasing', () => {
  it('leaves nothing to open, gives no new key, and says who is erased', async () => {
    const [gone, stays] = [await personWithKey(), await personWithKey()];
    const items = await Promise.all([gone, stays].map(async (personId) => ({ personId, use: 'profile' as const, sealed: await vault.seal(personId, 'profile', 'hồ sơ') })));
    await vault.shred([gone]);
    expect(await vault.openMany(items)).toEqual([undefined, 'hồ sơ']);
    const { erased } = await vault.ensureKeys([gone, stays]);
    expect([...erased]).toEqual([gone]);
    await expect(vault.seal(gone, 'profile', 'lại')).rejects.toThrow(PersonKeyMissing);
    expect((await wrappedKeys()).map((row) => row.person_id)).toEqual([stays]);
    await vault.shred([gone]);
  });

  it('reaches every other process at once, whatever it remembers', async () => {
    const id = await personWithKey();
    const sealed = await vault.seal(id, 'text', 'x');
    const other = await open();
    expect(await other.openMany([{ personId: id, use: 'text', sealed }])).toEqual(['x']);
    await vault.shred([id]);
    expect(await other.openMany([{ personId: id, use: 'text', sealed }])).toEqual([undefined]);
    // What another process still seals under a key that it remembers, nobody opens any more.
    const late = await other.seal(id, 'text', 'y');
    for (const one of [vault, other]) expect(await one.openMany([{ personId: id, use: 'text', sealed: late }])).toEqual([undefined]);
  });

  it('is complete when the master key of that time is destroyed, also where the rotation was interrupted', async () => {
    const [gone, later] = [await personWithKey(), await personWithKey()];
    expect(await vault.rotationIsDue()).toBe(false);
    await vault.shred([gone]);
    expect(await vault.rotationIsDue()).toBe(true);
    // Interrupted after the switch: the file of the new key is there, and a key that dies now may be wrapped by it already.
    const next = 'cd'.repeat(32);
    writeFileSync(`${keyFile()}.next`, next, { mode: 0o600 });
    const victim = await personWithKey();
    await dataSource.query(`UPDATE vault.person_keys SET wrapped_key = '\\x00' WHERE person_id = $1`, [victim]);
    await expect(vault.rotateMasterKey()).rejects.toThrow(SealBroken);
    await vault.shred([later, victim]);
    await (await open()).rotateMasterKey();
    expect(readFileSync(keyFile(), 'utf8')).toBe(next);
    expect(await vault.rotationIsDue()).toBe(true);
    await vault.rotateMasterKey();
    expect(await vault.rotationIsDue()).toBe(false);
    expect(readFileSync(keyFile(), 'utf8')).not.toBe(next);
  });
});

describe('the master key', () => {
  it('is made with mode 0600 in a folder of mode 0700, and is the same for all who come', async () => {
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(statSync(hashFile()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'secrets')).sort()).toEqual(['hash.key', 'master.key']);
    const before = readFileSync(keyFile(), 'utf8');
    await open();
    expect(readFileSync(keyFile(), 'utf8')).toBe(before);
  });

  it('is refused where others may read the file, where it is no key, or where it is not the vault\'s', async () => {
    const { chmodSync } = await import('node:fs');
    chmodSync(keyFile(), 0o640);
    await expect(open()).rejects.toThrow(SecretFileRefused);
    chmodSync(keyFile(), 0o600);
    writeFileSync(keyFile(), 'not a key');
    await expect(open()).rejects.toThrow(SecretFileRefused);
    writeFileSync(keyFile(), 'ab'.repeat(32));
    await expect(open()).rejects.toThrow(MasterKeyMissing);
    rmSync(keyFile());
    await expect(open()).rejects.toThrow(MasterKeyMissing);
    expect(readdirSync(join(folder, 'secrets'))).toEqual(['hash.key']);
  });

  it('is rotated: everything opens as before, nothing is wrapped by the old one, and its file is gone', async () => {
    const ids = Array.from({ length: 2_500 }, () => randomUUID());
    await vault.ensureKeys(ids);
    const sealed = await vault.seal(ids[7]!, 'text', 'còn đây');
    const oldKey = readFileSync(keyFile(), 'utf8');
    const before = await wrappedKeys();
    expect(await vault.rotateMasterKey()).toEqual({ kind: 'rotated', rewrapped: 2_500 });
    const after = await wrappedKeys();
    expect(new Set(after.map((row) => row.master_key_id)).size).toBe(1);
    expect(after[0]!.master_key_id).not.toBe(before[0]!.master_key_id);
    expect(readFileSync(keyFile(), 'utf8')).not.toBe(oldKey);
    expect(readdirSync(join(folder, 'secrets')).sort()).toEqual(['hash.key', 'master.key']);
    expect(await (await open()).openMany([{ personId: ids[7]!, use: 'text', sealed }])).toEqual(['còn đây']);
  });

  it('is rotated while others make and open keys', async () => {
    const others = await Promise.all([open(), open()]);
    const first = Array.from({ length: 1_500 }, () => randomUUID());
    await vault.ensureKeys(first);
    let rotating = true;
    const made: string[] = [];
    const busy = others.map(async (other) => {
      while (rotating) {
        const id = randomUUID();
        await other.ensureKeys([id]);
        made.push(id);
        expect(await other.openMany([{ personId: id, use: 'text', sealed: await other.seal(id, 'text', id) }])).toEqual([id]);
      }
    });
    for (let round = 0; round < 3; round += 1) await vault.rotateMasterKey();
    rotating = false;
    await Promise.all(busy);
    const fresh = await open();
    await fresh.ensureKeys([...first, ...made]);
    expect(new Set((await wrappedKeys()).map((row) => row.master_key_id)).size).toBe(1);
    expect(made.length).toBeGreaterThan(0);
  });

  it('is rotated to the end by the next call after a crash in the middle', async () => {
    const ids = Array.from({ length: 1_200 }, () => randomUUID());
    await vault.ensureKeys(ids);
    const sealed = await vault.seal(ids[0]!, 'text', 'bền');
    // A row that cannot be unwrapped stops the rotation in its second batch, as a crash would.
    const victim = [...ids].sort().at(-1)!;
    const [row] = await dataSource.query('SELECT wrapped_key FROM vault.person_keys WHERE person_id = $1', [victim]) as { wrapped_key: Buffer }[];
    await dataSource.query(`UPDATE vault.person_keys SET wrapped_key = '\\x00' WHERE person_id = $1`, [victim]);
    await expect(vault.rotateMasterKey()).rejects.toThrow(SealBroken);
    expect(readdirSync(join(folder, 'secrets')).sort()).toEqual(['hash.key', 'master.key', 'master.key.next']);
    expect(await (await open()).openMany([{ personId: ids[0]!, use: 'text', sealed }])).toEqual(['bền']);
    await dataSource.query('UPDATE vault.person_keys SET wrapped_key = $2 WHERE person_id = $1', [victim, row!.wrapped_key]);
    expect(await (await open()).rotateMasterKey()).toEqual({ kind: 'rotated', rewrapped: 200 });
    expect(readdirSync(join(folder, 'secrets')).sort()).toEqual(['hash.key', 'master.key']);
    expect(new Set((await wrappedKeys()).map((one) => one.master_key_id)).size).toBe(1);
  });

  it('is rotated by one at a time', async () => {
    await vault.ensureKeys(Array.from({ length: 3_000 }, () => randomUUID()));
    const outcomes = await Promise.all([vault.rotateMasterKey(), (await open()).rotateMasterKey()]);
    expect(outcomes.map((outcome) => outcome.kind)).toContain('rotated');
    expect(new Set((await wrappedKeys()).map((row) => row.master_key_id)).size).toBe(1);
  });
});

describe('taking keys along', () => {
  it('opens in another vault what was sealed in this one, but nothing of the erased', async () => {
    const ids = Array.from({ length: 12_000 }, () => randomUUID());
    await vault.ensureKeys(ids);
    const [gone, erasedThere, stays] = ids as [string, string, string];
    const items = await Promise.all([gone, erasedThere, stays].map(async (personId) => ({ personId, use: 'text' as const, sealed: await vault.seal(personId, 'text', 'hồ sơ') })));
    await vault.shred([gone]);
    const pages: BarePersonKey[][] = [];
    const erased: string[] = [];
    const transport = keyTransport(dataSource, keyFile());
    for await (const page of transport.keys()) {
      pages.push([...page]);
      // A rotation between two pages disturbs nothing.
      if (pages.length === 1) await vault.rotateMasterKey();
    }
    for await (const page of transport.erased()) erased.push(...page);
    expect(pages.flat().map(({ personId }) => personId)).toEqual(ids.filter((id) => id !== gone).sort());
    expect(erased).toEqual([gone]);

    await dataSource.query('TRUNCATE vault.person_keys, vault.erased_persons, vault.current_master_key');
    rmSync(keyFile());
    const other = await open();
    await other.shred([gone, erasedThere]);
    for (let time = 0; time < 2; time += 1) for (const page of pages) await keyTransport(dataSource, keyFile()).adopt(page);
    expect(await other.openMany(items)).toEqual([undefined, undefined, 'hồ sơ']);
    expect(await wrappedKeys()).toHaveLength(ids.length - 2);
  });
});

describe('hashes', () => {
  it('are the same for all who hold the secret, and tell nothing without it', async () => {
    const other = await open();
    expect(other.inputHash('{"a":1}')).toBe(vault.inputHash('{"a":1}'));
    expect(vault.inputHash('{"a":1}')).toMatch(/^[0-9a-f]{64}$/);
    expect(vault.inputHash('{"a":1}')).not.toBe(vault.inputHash('{"a":2}'));
    expect(other.nameHashes('Đào')).toEqual(vault.nameHashes('Đào'));
    rmSync(hashFile());
    expect((await open()).inputHash('{"a":1}')).not.toBe(vault.inputHash('{"a":1}'));
  });

  it('find a name by its parts, whatever the marks and the case, and survive a rotation', async () => {
    const [whole, ...parts] = vault.nameHashes('Nguyễn Thị Đào');
    expect(parts).toHaveLength(3);
    expect(vault.nameHashes('DAO')[1]).toBe(parts[2]);
    expect(vault.nameHashes('nguyen thi dao')[0]).toBe(whole);
    expect(vault.nameHashes('Nguye\u0302\u0303n')[1]).toBe(parts[0]);
    for (const hash of [whole, ...parts]) expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(vault.nameHashes('—')).toEqual([]);
    await vault.rotateMasterKey();
    expect((await open()).nameHashes('Nguyễn Thị Đào')).toEqual([whole, ...parts]);
  });
});

it('takes the tables down again', async () => {
  for (const _ of vaultMigrations) await dataSource.undoLastMigration();
  expect(await dataSource.query(`SELECT FROM pg_tables WHERE schemaname = 'vault'`)).toEqual([]);
});
