import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The voucher index is made book by book, for those that are closed; the courier only looks after what is open. */
export class IndexBooksOnDemand1700000000201 implements MigrationInterface {
  readonly name = 'IndexBooksOnDemand1700000000201';

  async up(runner: QueryRunner): Promise<void> {
    // How far each book is indexed, in which log.
    await runner.query('CREATE TABLE command.indexed_books (stream text PRIMARY KEY, log_id text NOT NULL, through bigint NOT NULL)');
    await runner.query('ALTER TABLE command.courier_checkpoint DROP COLUMN indexed_through');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE command.indexed_books');
    await runner.query('ALTER TABLE command.courier_checkpoint ADD COLUMN indexed_through numeric(20) NOT NULL DEFAULT -1');
  }
}
