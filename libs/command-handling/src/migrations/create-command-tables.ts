import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What command handling keeps in Postgres. All of it can be made again from the log. */
export class CreateCommandTables1700000000200 implements MigrationInterface {
  readonly name = 'CreateCommandTables1700000000200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA IF NOT EXISTS command');
    // The room left in each page keeps the later write of the outcome in place, without touching the index.
    await runner.query(`
      CREATE TABLE command.command_keys (
        command_id uuid PRIMARY KEY,
        input_hash bytea NOT NULL,
        stream text NOT NULL,
        revision_then bigint NOT NULL,
        outcome jsonb,
        claimed_at timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 75)`);
    // One row: the log that the keys were claimed for.
    await runner.query(`
      CREATE TABLE command.register (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        log_id text NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE command.voucher_index (
        stream text NOT NULL,
        revision bigint NOT NULL,
        kind text NOT NULL,
        year integer NOT NULL,
        number integer NOT NULL,
        external_reference text,
        scholarship_id uuid,
        transfer_id uuid,
        adjustment_id uuid,
        PRIMARY KEY (stream, revision)
      )`);
    await runner.query('CREATE INDEX voucher_index_number ON command.voucher_index (stream, kind, year, number)');
    await runner.query('CREATE INDEX voucher_index_reference ON command.voucher_index (stream, kind, external_reference) WHERE external_reference IS NOT NULL');
    await runner.query('CREATE INDEX voucher_index_scholarship ON command.voucher_index (stream, scholarship_id) WHERE scholarship_id IS NOT NULL');
    await runner.query('CREATE INDEX voucher_index_transfer ON command.voucher_index (stream, transfer_id) WHERE transfer_id IS NOT NULL');
    await runner.query('CREATE INDEX voucher_index_adjustment ON command.voucher_index (stream, adjustment_id) WHERE adjustment_id IS NOT NULL');
    // One row: how far the index reaches, and from where a courier that takes over reads on.
    await runner.query(`
      CREATE TABLE command.courier_checkpoint (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        log_id text NOT NULL,
        indexed_through numeric(20) NOT NULL,
        resume_after numeric(20) NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE command.courier_checkpoint, command.voucher_index, command.register, command.command_keys');
    await runner.query('DROP SCHEMA IF EXISTS command');
  }
}
