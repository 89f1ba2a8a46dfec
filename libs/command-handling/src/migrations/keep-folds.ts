import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Folds of large books, kept so that a restart need not read them from the log again. All of it may be deleted at any time. */
export class KeepFolds1700000000202 implements MigrationInterface {
  readonly name = 'KeepFolds1700000000202';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE command.fold_heads (
        stream text PRIMARY KEY,
        log_id text NOT NULL,
        form integer NOT NULL,
        base_revision bigint NOT NULL,
        revision bigint NOT NULL,
        head text NOT NULL,
        chunks integer NOT NULL,
        chain text NOT NULL,
        seal text NOT NULL
      )`);
    await runner.query('CREATE TABLE command.fold_chunks (stream text NOT NULL, number integer NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (stream, number))');
    // Hashes do not shrink: trying costs more than it saves.
    await runner.query('ALTER TABLE command.fold_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE command.fold_chunks, command.fold_heads');
  }
}
