import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of persons, wrapped; who is erased; and which master key wraps. No plaintext, and no personal data but ids. */
export class CreateVault1700000000100 implements MigrationInterface {
  readonly name = 'CreateVault1700000000100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA IF NOT EXISTS vault');
    await runner.query(`
      CREATE TABLE vault.person_keys (
        person_id uuid PRIMARY KEY,
        wrapped_key bytea NOT NULL,
        master_key_id text NOT NULL,
        created_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX person_keys_by_master_key ON vault.person_keys (master_key_id, person_id)');
    await runner.query(`
      CREATE TABLE vault.erased_persons (
        person_id uuid PRIMARY KEY,
        erased_at timestamptz NOT NULL
      )`);
    // One row: whoever wraps a key holds it shared, whoever rotates changes it first, so none is wrapped by the old key later.
    await runner.query(`
      CREATE TABLE vault.current_master_key (
        only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
        master_key_id text NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE vault.current_master_key');
    await runner.query('DROP TABLE vault.erased_persons');
    await runner.query('DROP TABLE vault.person_keys');
  }
}

/** Remembers by which rotation the master key that had wrapped an erased person's key was replaced; none yet where it is null. */
export class RememberRotations1700000000110 implements MigrationInterface {
  readonly name = 'RememberRotations1700000000110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vault.erased_persons ADD COLUMN master_key_id text');
    await runner.query('CREATE INDEX erased_persons_awaiting_rotation ON vault.erased_persons (person_id) WHERE master_key_id IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE vault.erased_persons DROP COLUMN master_key_id');
  }
}

/** For the `migrations` of a DataSource with `migrationsTransactionMode: 'each'`. */
export const vaultMigrations = [CreateVault1700000000100, RememberRotations1700000000110];
